//! Stands before every operation: applies its row of the authorisation table, and denies those that have none.

use std::{collections::HashMap, sync::Arc};

use domain_integration::Scope;
use poem::{
    Endpoint, EndpointExt, IntoResponse, Request, Response, Result,
    endpoint::BoxEndpoint,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
};
use poem_openapi::{
    OpenApi,
    registry::{MetaApi, Registry},
};

use crate::{
    api_key_authentication::{ApiKeyAuthenticator, ByApiKey, caller, demand},
    authentication::Authenticator,
    authorisation::{Access, Row, row_of},
    client_address::{Network, client_address, peer},
    code::Code,
    failure::Failure,
    idempotency::Idempotency,
    rate_limits::RateLimits,
};

/// The template of the path that a request was matched with, such as `/api/v1/meetings/{id}`. It rides on the answer.
#[derive(Debug, Clone)]
pub struct MatchedRoute(pub Arc<str>);

/// What the gate needs to decide.
pub struct Gate {
    /// Finds out who is asking.
    pub authenticator: Arc<Authenticator>,
    /// Finds out which backend is asking.
    pub api_keys: ApiKeyAuthenticator,
    /// Counts uses.
    pub limits: Arc<RateLimits>,
    /// Does requests with a key once.
    pub idempotency: Idempotency,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
}

/// Operations behind the gate. Without an implementation, only their documentation.
pub struct Gated<T>(Option<(T, Arc<Gate>)>);

impl<T: OpenApi> Gated<T> {
    /// `operations` behind `gate`.
    pub fn new(operations: T, gate: Arc<Gate>) -> Self {
        Self(Some((operations, gate)))
    }

    /// The documentation of the operations.
    pub fn documentation() -> Self {
        Self(None)
    }
}

impl<T: OpenApi> OpenApi for Gated<T> {
    fn meta() -> Vec<MetaApi> {
        T::meta()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn add_routes(self, table: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {
        let Some((operations, gate)) = self.0 else { return };
        let described = describe(T::meta());
        let mut ungated = HashMap::new();
        operations.add_routes(&mut ungated);
        for (path, methods) in ungated {
            let route: Arc<str> = described.get(&path).map_or("unmatched", |path| path.template.as_str()).into();
            let mut gated: HashMap<Method, BoxEndpoint<'static>> = HashMap::new();
            let allow = allowed_methods(methods.keys());
            for (method, inner) in methods {
                let operation = described.get(&path).and_then(|path| path.operations.get(&method)).copied();
                let row = operation.and_then(row_of);
                if row.is_none() {
                    tracing::error!(%path, %method, "an operation has no row in the authorisation table: it is denied");
                }
                gated.insert(
                    method,
                    GatedEndpoint { row, route: route.clone(), gate: gate.clone(), inner: Arc::new(inner) }.boxed(),
                );
            }
            for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
                gated
                    .entry(method)
                    .or_insert_with(|| OtherMethod { allow: allow.clone(), route: route.clone() }.boxed());
            }
            table.insert(path, gated);
        }
    }
}

struct DescribedPath {
    template: String,
    operations: HashMap<Method, &'static str>,
}

/// Operation identifiers by the path as the router writes it.
fn describe(apis: Vec<MetaApi>) -> HashMap<String, DescribedPath> {
    let paths = apis.into_iter().flat_map(|api| api.paths);
    paths
        .map(|path| {
            let operations = path
                .operations
                .into_iter()
                .filter_map(|operation| Some((operation.method, operation.operation_id?)))
                .collect();
            (router_path(&path.path), DescribedPath { template: path.path, operations })
        })
        .collect()
}

/// `/meetings/{id}` is `/meetings/:param0` to the router.
fn router_path(template: &str) -> String {
    let mut count = 0;
    let segments = template.split('/').map(|segment| {
        if segment.starts_with('{') {
            count += 1;
            format!(":param{}", count - 1)
        } else {
            segment.to_owned()
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

fn allowed_methods<'a>(methods: impl Iterator<Item = &'a Method>) -> HeaderValue {
    let mut names: Vec<&str> = methods.map(Method::as_str).collect();
    if names.contains(&"GET") {
        names.push("HEAD");
    }
    names.push("OPTIONS");
    names.sort_unstable();
    HeaderValue::from_str(&names.join(", ")).unwrap_or(HeaderValue::from_static("OPTIONS"))
}

struct GatedEndpoint {
    row: Option<&'static Row>,
    route: Arc<str>,
    gate: Arc<Gate>,
    inner: Arc<BoxEndpoint<'static>>,
}

impl Endpoint for GatedEndpoint {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let mut headers = HeaderMap::new();
        let admitted = self.admit(&mut request, &mut headers).await;
        let mut result = match admitted {
            Ok(row) if row.idempotent => {
                let caller = caller(&request);
                self.gate.idempotency.call(row.operation, caller, request, &self.inner).await
            }
            Ok(_) => self.inner.call(request).await,
            Err(failure) => Err(failure.into()),
        };
        match &mut result {
            Ok(response) => {
                response.set_data(MatchedRoute(self.route.clone()));
                response.headers_mut().extend(headers);
            }
            Err(error) => {
                error.set_data(MatchedRoute(self.route.clone()));
                if !headers.is_empty() {
                    error.set_data(ExtraHeaders(headers));
                }
            }
        }
        result
    }
}

/// Headers that belong on the answer even when the operation fails.
#[derive(Debug, Clone)]
pub struct ExtraHeaders(pub HeaderMap);

impl GatedEndpoint {
    async fn admit(&self, request: &mut Request, headers: &mut HeaderMap) -> Result<&'static Row, Failure> {
        let row =
            self.row.ok_or_else(|| Failure::new(Code::Internal).caused_by("no row in the authorisation table"))?;
        let limits = &self.gate.limits;
        match row.access {
            Access::Public => {
                if let Some(limited) = row.limited {
                    let address = client_address(peer(request), request.headers(), &self.gate.trusted_proxies);
                    *headers = limits.count_address(limited, address).await?;
                }
            }
            Access::SignedIn => self.admit_user(row, request, headers).await?,
            Access::ApiKey(scope) => self.admit_backend(row, scope, request, headers).await?,
            Access::ApiKeyOrUser(scope) => {
                if ApiKeyAuthenticator::is_asked(request.headers()) {
                    self.admit_backend(row, scope, request, headers).await?;
                } else {
                    self.admit_user(row, request, headers).await?;
                }
            }
        }
        Ok(row)
    }

    async fn admit_user(&self, row: &Row, request: &mut Request, headers: &mut HeaderMap) -> Result<(), Failure> {
        let limits = &self.gate.limits;
        let user = self.gate.authenticator.authenticate(request.method(), request.headers())?;
        limits.count_user(row.operation, user.0.user_id).await?;
        if let Some(limited) = row.limited {
            *headers = limits.count_account(limited, user.0.user_id).await?;
        }
        request.set_data(user);
        Ok(())
    }

    async fn admit_backend(
        &self,
        row: &Row,
        scope: Scope,
        request: &mut Request,
        headers: &mut HeaderMap,
    ) -> Result<(), Failure> {
        let key = self.gate.api_keys.authenticate(request.headers()).await?;
        *headers = self.gate.limits.count_api_key(row.operation, key.id).await?;
        demand(&key, scope)?;
        request.set_data(ByApiKey(key));
        Ok(())
    }
}

/// Answers the methods that a path does not have.
struct OtherMethod {
    allow: HeaderValue,
    route: Arc<str>,
}

impl Endpoint for OtherMethod {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if request.method() == Method::OPTIONS {
            let mut response = StatusCode::NO_CONTENT.into_response();
            response.headers_mut().insert(header::ALLOW, self.allow.clone());
            response.set_data(MatchedRoute(self.route.clone()));
            return Ok(response);
        }
        let failure = Failure::new(Code::MethodNotAllowed).with_header(header::ALLOW, self.allow.clone());
        let mut error = poem::Error::from(failure);
        error.set_data(MatchedRoute(self.route.clone()));
        Err(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_paths_as_the_router_does() {
        assert_eq!(router_path("/api/v1/meetings"), "/api/v1/meetings");
        assert_eq!(router_path("/a/{id}/b/{other}"), "/a/:param0/b/:param1");
    }

    #[test]
    fn names_the_methods_of_a_path() {
        assert_eq!(allowed_methods([Method::POST, Method::GET].iter()), "GET, HEAD, OPTIONS, POST");
        assert_eq!(allowed_methods([Method::POST].iter()), "OPTIONS, POST");
    }
}
