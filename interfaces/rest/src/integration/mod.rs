//! What other backends use: API keys, and webhooks.

mod api_keys;
mod errors;
mod shapes;
mod use_cases;
mod webhooks;

pub use api_keys::ApiKeysApi;
pub use use_cases::IntegrationUseCases;
pub use webhooks::WebhooksApi;
