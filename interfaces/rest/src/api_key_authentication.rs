//! Which backend is asking: the API key in `Authorization: Bearer om_...`, beside the access tokens of users.

use std::sync::Arc;

use application_integration::{ApiKeyPrincipal, AuthenticateApiKey, AuthenticateApiKeyError, WebhookManager};
use domain_integration::Scope;
use poem::{Request, RequestBody, Result, http::HeaderMap};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaSecurityScheme, Registry},
};
use uuid::Uuid;

use crate::{
    authentication::{SCHEME, SignedIn, bearer},
    code::Code,
    failure::Failure,
};

/// The name of the security scheme in the OpenAPI document.
pub const API_KEY_SCHEME: &str = "apiKey";

/// What every key begins with, and no access token.
const BEGIN: &str = "om_";

/// A backend, for operations that the table marks so. Its key is good for the scope of the operation.
#[derive(Debug, Clone)]
pub struct ByApiKey(pub ApiKeyPrincipal);

/// A backend or a user, for operations that the table marks so. Whether the user may, the use case decides.
#[derive(Debug, Clone, Copy)]
pub struct ByApiKeyOrUser(pub WebhookManager);

/// Finds out which backend is asking.
pub struct ApiKeyAuthenticator {
    /// Knows the keys.
    pub keys: Arc<AuthenticateApiKey>,
}

impl ApiKeyAuthenticator {
    /// Whether a key is shown, good or not.
    #[must_use]
    pub fn is_asked(headers: &HeaderMap) -> bool {
        bearer(headers).is_some_and(|token| token.starts_with(BEGIN))
    }

    /// Reads from the headers which backend is asking.
    ///
    /// # Errors
    /// 401 when it is none.
    pub async fn authenticate(&self, headers: &HeaderMap) -> Result<ApiKeyPrincipal, Failure> {
        let key = bearer(headers).filter(|token| token.starts_with(BEGIN)).ok_or(Code::ApiKeyRequired)?;
        self.keys.execute(key).await.map_err(|error| match error {
            AuthenticateApiKeyError::Invalid => Code::ApiKeyInvalid.into(),
            AuthenticateApiKeyError::Port(error) => error.into(),
        })
    }
}

/// Lets a key through that is good for this.
///
/// # Errors
/// 403 when it is not.
pub fn demand(key: &ApiKeyPrincipal, scope: Scope) -> Result<(), Failure> {
    if key.may(scope) { Ok(()) } else { Err(Code::ScopeMissing.into()) }
}

/// Who is asking, as a name that nobody else has: for what is remembered of a caller.
#[must_use]
pub fn caller(request: &Request) -> Option<Uuid> {
    let key = request.data::<ByApiKey>().map(|key| key.0.id.as_uuid());
    key.or_else(|| request.data::<SignedIn>().map(|user| user.0.user_id.as_uuid()))
}

fn register_scheme(registry: &mut Registry) {
    registry.create_security_scheme(
        API_KEY_SCHEME,
        MetaSecurityScheme {
            ty: "http",
            description: Some("An API key of another backend, made by an administrator: `om_...`."),
            name: None,
            key_in: None,
            scheme: Some("bearer"),
            bearer_format: Some("om_<prefix>_<secret>"),
            flows: None,
            openid_connect_url: None,
        },
    );
}

impl<'a> ApiExtractor<'a> for ByApiKey {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        register_scheme(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![API_KEY_SCHEME]
    }

    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        // The gate has put it there.
        request.data::<Self>().cloned().ok_or_else(|| Failure::new(Code::ApiKeyRequired).into())
    }
}

impl<'a> ApiExtractor<'a> for ByApiKeyOrUser {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        SignedIn::register(registry);
        register_scheme(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![SCHEME, API_KEY_SCHEME]
    }

    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        if let Some(key) = request.data::<ByApiKey>() {
            return Ok(Self(WebhookManager::ApiKey(key.0.id)));
        }
        let user = request.data::<SignedIn>().ok_or_else(|| Failure::new(Code::AuthRequired))?;
        Ok(Self(WebhookManager::User(user.0.user_id)))
    }
}

#[cfg(test)]
pub mod tests {
    use application_integration::{
        ApiKeyCursor, ApiKeyReader, ApiKeyRepository, ApiKeySecrets, GeneratedApiKey, InsertApiKeyError,
    };
    use application_shared::PortError;
    use async_trait::async_trait;
    use chrono::{DateTime, Utc};
    use domain_integration::{ApiKey, ApiKeyHash, ApiKeyName, ApiKeyPrefix, NewApiKey, Scopes};
    use domain_shared::{ApiKeyId, FixedClock, Page, PageLimit};
    use poem::http::{HeaderValue, header};

    use super::*;

    /// `om_managehook_secret` is good for `webhooks:manage`, `om_readsrooms_secret` for `rooms:read`; `om_unreachable_secret`
    /// cannot be looked up.
    struct TwoKeys;

    #[async_trait]
    impl ApiKeyReader for TwoKeys {
        async fn find_by_prefix(&self, prefix: &ApiKeyPrefix) -> Result<Option<ApiKey>, PortError> {
            let scope = match prefix.as_str() {
                "managehook" => "webhooks:manage",
                "readsrooms" => "rooms:read",
                "unreachabl" => return Err(PortError::unavailable("away")),
                _ => return Ok(None),
            };
            let new = NewApiKey {
                id: ApiKeyId::from_uuid(Uuid::from_u128(1)),
                name: ApiKeyName::parse("Clinic").unwrap(),
                prefix: prefix.clone(),
                hash: ApiKeyHash::from_bytes([0; 32]),
                scopes: Scopes::parse([scope]).unwrap(),
                created_by: Uuid::from_u128(2).into(),
                expires_at: None,
            };
            Ok(Some(ApiKey::create(new, DateTime::UNIX_EPOCH).unwrap()))
        }
    }

    impl ApiKeySecrets for TwoKeys {
        fn generate(&self) -> GeneratedApiKey {
            unreachable!("nobody makes keys here")
        }

        fn prefix_of(&self, key: &str) -> Option<ApiKeyPrefix> {
            ApiKeyPrefix::parse(key.get(3..13)?).ok()
        }

        fn verify(&self, key: &str, _: &ApiKeyHash) -> bool {
            key.ends_with("_secret")
        }
    }

    #[async_trait]
    impl ApiKeyRepository for TwoKeys {
        async fn find(&self, _: ApiKeyId) -> Result<Option<ApiKey>, PortError> {
            Ok(None)
        }

        async fn insert(&self, _: &mut ApiKey) -> Result<(), InsertApiKeyError> {
            Ok(())
        }

        async fn update(&self, _: &mut ApiKey) -> Result<(), PortError> {
            Ok(())
        }

        async fn note_use(&self, _: ApiKeyId, _: DateTime<Utc>) -> Result<(), PortError> {
            Ok(())
        }

        async fn count_good(&self, _: DateTime<Utc>) -> Result<u64, PortError> {
            Ok(2)
        }

        async fn page(&self, _: Option<ApiKeyCursor>, _: PageLimit) -> Result<Page<ApiKey, ApiKeyCursor>, PortError> {
            Ok(Page { items: Vec::new(), next: None })
        }
    }

    /// Knows two keys.
    pub fn authenticator() -> ApiKeyAuthenticator {
        let (keys, clock) = (Arc::new(TwoKeys), Arc::new(FixedClock::at(DateTime::UNIX_EPOCH)));
        ApiKeyAuthenticator { keys: Arc::new(AuthenticateApiKey::on(keys.clone(), keys.clone(), keys, clock)) }
    }

    fn headers(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(value))])
    }

    #[test]
    fn keys_are_told_from_access_tokens() {
        let asks = |value: &'static str| ApiKeyAuthenticator::is_asked(&headers(value));
        assert!(asks("Bearer om_x") && asks("bearer  om_"));
        assert!(!asks("Bearer eyJ") && !asks("Basic om_x") && !asks("om_x") && !asks("Bearer OM_x"));
        assert!(!ApiKeyAuthenticator::is_asked(&HeaderMap::new()));
    }

    #[tokio::test]
    async fn a_good_key_is_recognised_and_nothing_else() {
        let who = async |value: &'static str| {
            let found = authenticator().authenticate(&headers(value)).await;
            found.map(|key| key.scopes.names()).map_err(|failure| failure.code())
        };
        assert_eq!(who("Bearer om_readsrooms_secret").await, Ok(vec!["rooms:read"]));
        assert_eq!(who("Bearer om_readsrooms_guessed").await, Err(Code::ApiKeyInvalid));
        assert_eq!(who("Bearer om_nobodyknow_secret").await, Err(Code::ApiKeyInvalid));
        assert_eq!(who("Bearer om_").await, Err(Code::ApiKeyInvalid));
        assert_eq!(who("Bearer om_unreachable_secret").await, Err(Code::ServiceUnavailable));
        assert_eq!(who("Bearer eyJ").await, Err(Code::ApiKeyRequired));
        let nobody = authenticator().authenticate(&HeaderMap::new()).await;
        assert_eq!(nobody.map_err(|failure| failure.code()), Err(Code::ApiKeyRequired));
    }

    #[test]
    fn a_key_is_let_through_for_its_scopes_alone() {
        let scopes = Scopes::parse(["rooms:read"]).unwrap();
        let key = ApiKeyPrincipal { id: Uuid::from_u128(1).into(), name: "Clinic".to_owned(), scopes };
        assert!(demand(&key, Scope::RoomsRead).is_ok());
        assert_eq!(demand(&key, Scope::RoomsWrite).unwrap_err().code(), Code::ScopeMissing);
    }
}
