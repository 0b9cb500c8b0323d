//! Asks everything the server depends on, at the same time, each for a bounded time.

use std::{sync::Arc, time::Duration};

use application_shared::{HealthCheck, PortError};
use futures::future::join_all;

use super::shapes::{Component, Ready, State};
use crate::{
    code::Code,
    failure::{Failure, FieldDetail},
};

/// The dependencies and how long each may take.
pub struct Readiness {
    checks: Vec<Arc<dyn HealthCheck>>,
    timeout: Duration,
}

enum Outcome {
    Up,
    Down(PortError),
    Slow,
}

impl Readiness {
    /// Asks `checks`, each for at most `timeout`.
    pub fn new(checks: Vec<Arc<dyn HealthCheck>>, timeout: Duration) -> Self {
        Self { checks, timeout }
    }

    /// Asks all of them.
    ///
    /// # Errors
    /// 503, with the components that are down among the details. Why they are down is for the log only.
    pub async fn ask(&self) -> Result<Ready, Failure> {
        let outcomes = join_all(self.checks.iter().map(|check| self.ask_one(&**check))).await;
        let mut down = Vec::new();
        for (check, outcome) in self.checks.iter().zip(&outcomes) {
            let name = check.name();
            match outcome {
                Outcome::Up => {}
                Outcome::Down(error) => {
                    tracing::warn!(component = name, %error, "a component is down");
                    down.push(FieldDetail::new(name, "down", "cannot do its work"));
                }
                Outcome::Slow => {
                    tracing::warn!(component = name, "a component does not answer");
                    down.push(FieldDetail::new(name, "timeout", "does not answer"));
                }
            }
        }
        if !down.is_empty() {
            return Err(Failure::new(Code::ServiceUnavailable).with_details(down));
        }
        let components =
            self.checks.iter().map(|check| Component { name: check.name().to_owned(), status: State::Up }).collect();
        Ok(Ready { status: State::Up, components })
    }

    async fn ask_one(&self, check: &dyn HealthCheck) -> Outcome {
        match tokio::time::timeout(self.timeout, check.check()).await {
            Ok(Ok(())) => Outcome::Up,
            Ok(Err(error)) => Outcome::Down(error),
            Err(_) => Outcome::Slow,
        }
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::*;

    struct Fake(&'static str, Option<Result<(), &'static str>>);

    #[async_trait]
    impl HealthCheck for Fake {
        fn name(&self) -> &'static str {
            self.0
        }

        async fn check(&self) -> Result<(), PortError> {
            match self.1 {
                Some(result) => result.map_err(PortError::unavailable),
                None => std::future::pending().await,
            }
        }
    }

    async fn ask(fakes: impl IntoIterator<Item = Fake>) -> Result<Ready, Failure> {
        let checks = fakes.into_iter().map(|fake| Arc::new(fake) as Arc<dyn HealthCheck>).collect();
        Readiness::new(checks, Duration::from_millis(20)).ask().await
    }

    #[tokio::test]
    async fn ready_when_everything_is_up() {
        let ready = ask([Fake("database", Some(Ok(()))), Fake("redis", Some(Ok(())))]).await.unwrap();
        let names: Vec<_> = ready.components.iter().map(|component| component.name.as_str()).collect();
        assert_eq!(names, ["database", "redis"]);
    }

    #[tokio::test]
    async fn names_what_is_down_but_not_why() {
        let checks =
            [Fake("database", Some(Err("password=hunter2"))), Fake("media", None), Fake("redis", Some(Ok(())))];
        let failure = ask(checks).await.unwrap_err();
        assert_eq!(failure.code(), Code::ServiceUnavailable);
        let response = failure.render(chrono::DateTime::UNIX_EPOCH);
        let body = response.into_body().into_string().await.unwrap();
        assert!(body.contains(r#""field":"database","code":"down""#), "{body}");
        assert!(body.contains(r#""field":"media","code":"timeout""#), "{body}");
        assert!(!body.contains("redis") && !body.contains("hunter2"), "{body}");
    }
}
