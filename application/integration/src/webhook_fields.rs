//! What is filled in about a webhook, made into what the domain knows.

use application_shared::FieldError;
use domain_integration::{EventFilter, WebhookUrl};

use crate::{WebhookTargets, is_public};

/// An address that something may be sent to.
pub(crate) async fn url(text: &str, targets: &dyn WebhookTargets, wrong: &mut Vec<FieldError>) -> Option<WebhookUrl> {
    let url = match WebhookUrl::parse(text) {
        Ok(url) => url,
        Err(error) => {
            wrong.push(FieldError::new("url", error.code(), error.to_string()));
            return None;
        }
    };
    match targets.check(&url).await {
        Ok(()) => Some(url),
        Err(refusal) => {
            wrong.push(FieldError::new("url", refusal.code(), refusal.to_string()));
            None
        }
    }
}

/// A filter of event types that there are.
pub(crate) fn filter(names: &[String], wrong: &mut Vec<FieldError>) -> Option<EventFilter> {
    EventFilter::parse(names.iter().map(String::as_str), is_public)
        .map_err(|error| wrong.push(FieldError::new("events", error.code(), error.to_string())))
        .ok()
}
