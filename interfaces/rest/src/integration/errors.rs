//! What clients are told when a use case of API keys or webhooks fails.

use application_integration::{
    ApiKeyError, ChangeWebhookError, CreateApiKeyError, CreateWebhookError, RedeliverError, TestWebhookError,
    WebhookError,
};

use crate::{code::Code, failure::Failure};

impl From<ApiKeyError> for Failure {
    fn from(error: ApiKeyError) -> Self {
        match error {
            ApiKeyError::Forbidden => Code::Forbidden.into(),
            ApiKeyError::NotFound => Code::ApiKeyNotFound.into(),
            ApiKeyError::Port(error) => error.into(),
        }
    }
}

impl From<CreateApiKeyError> for Failure {
    fn from(error: CreateApiKeyError) -> Self {
        match error {
            CreateApiKeyError::Invalid(fields) => Self::invalid(fields),
            CreateApiKeyError::LimitReached => Code::ApiKeyLimitReached.into(),
            CreateApiKeyError::Forbidden => Code::Forbidden.into(),
            CreateApiKeyError::Port(error) => error.into(),
        }
    }
}

impl From<WebhookError> for Failure {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::Forbidden => Code::Forbidden.into(),
            WebhookError::NotFound => Code::WebhookNotFound.into(),
            WebhookError::Port(error) => error.into(),
        }
    }
}

impl From<CreateWebhookError> for Failure {
    fn from(error: CreateWebhookError) -> Self {
        match error {
            CreateWebhookError::Invalid(fields) => Self::invalid(fields),
            CreateWebhookError::LimitReached => Code::WebhookLimitReached.into(),
            CreateWebhookError::Access(error) => error.into(),
        }
    }
}

impl From<ChangeWebhookError> for Failure {
    fn from(error: ChangeWebhookError) -> Self {
        match error {
            ChangeWebhookError::Invalid(fields) => Self::invalid(fields),
            ChangeWebhookError::Access(error) => error.into(),
        }
    }
}

impl From<RedeliverError> for Failure {
    fn from(error: RedeliverError) -> Self {
        match error {
            RedeliverError::Disabled => Code::WebhookDisabled.into(),
            RedeliverError::NotFound => Code::DeliveryNotFound.into(),
            RedeliverError::Pending => Code::DeliveryPending.into(),
            RedeliverError::Access(error) => error.into(),
        }
    }
}

impl From<TestWebhookError> for Failure {
    fn from(error: TestWebhookError) -> Self {
        match error {
            TestWebhookError::Disabled => Code::WebhookDisabled.into(),
            TestWebhookError::Access(error) => error.into(),
        }
    }
}
