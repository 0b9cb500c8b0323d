//! The operations of API keys, for administrators.

use std::sync::Arc;

use application_integration::{ApiKeyCursor, CreateApiKeyCommand, ListApiKeysQuery};
use domain_shared::{ApiKeyId, Clock};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use uuid::Uuid;

use super::{
    shapes::{ApiKey, ApiKeyAnswer, ApiKeyPage, CreateApiKeyRequest, CreatedApiKey},
    use_cases::ApiKeyUseCases,
};
use crate::{
    answer::{Answer, Created},
    authentication::SignedIn,
    code::Code,
    cursor,
    failure::Failure,
    json::JsonBody,
    tags::Tag,
};

/// The operations of this area.
pub struct ApiKeysApi {
    /// What they drive.
    pub use_cases: ApiKeyUseCases,
    /// Dates the answers.
    pub clock: Arc<dyn Clock>,
}

/// No key bears what is no identifier.
fn api_key_id(text: &str) -> Result<ApiKeyId, Failure> {
    text.parse::<Uuid>().map(ApiKeyId::from_uuid).map_err(|_| Code::ApiKeyNotFound.into())
}

#[OpenApi(prefix_path = "/api/v1/admin", tag = "Tag::Admin")]
impl ApiKeysApi {
    /// Make an API key
    ///
    /// For another backend. The answer tells the key once; it is not kept.
    #[oai(path = "/api-keys", method = "post", operation_id = "createApiKey")]
    async fn create(
        &self,
        user: SignedIn,
        body: JsonBody<CreateApiKeyRequest>,
    ) -> Result<Created<CreatedApiKey>, Failure> {
        let CreateApiKeyRequest { name, scopes, expires_at } = body.0;
        let command = CreateApiKeyCommand { by: user.0.user_id, name, scopes, expires_at };
        let created = self.use_cases.create.execute(command).await?;
        Ok(Answer::new(created.into(), self.clock.now()))
    }

    /// List API keys
    ///
    /// Newest first, with those that were revoked or have expired.
    #[oai(path = "/api-keys", method = "get", operation_id = "listApiKeys")]
    async fn list(
        &self,
        user: SignedIn,
        /// How many at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")), default = "cursor::default_limit")]
        limit: Query<i64>,
        /// Where to go on: `next_cursor` of the page before.
        #[oai(validator(max_length = 64))]
        cursor: Query<Option<String>>,
    ) -> Result<Answer<ApiKeyPage>, Failure> {
        let (limit, after) = cursor::page(limit.0, cursor.0.as_deref())?;
        let after = after.map(|(created_at, id)| ApiKeyCursor { created_at, id: id.into() });
        let query = ListApiKeysQuery { asked_by: user.0.user_id, after, limit };
        let page = self.use_cases.list.execute(query).await?;
        let next_cursor = page.next.map(|next| cursor::write(next.created_at, next.id.as_uuid()));
        let items = page.items.into_iter().map(ApiKey::from).collect();
        Ok(Answer::new(ApiKeyPage { items, next_cursor }, self.clock.now()))
    }

    /// Revoke an API key
    ///
    /// It is refused at once, on every node, and its webhooks are told nothing any more. Twice is no error.
    #[oai(path = "/api-keys/:id", method = "delete", operation_id = "revokeApiKey")]
    async fn revoke(
        &self,
        user: SignedIn,
        /// The key's identifier.
        id: Path<String>,
    ) -> Result<Answer<ApiKeyAnswer>, Failure> {
        let revoked = self.use_cases.revoke.execute(user.0.user_id, api_key_id(&id.0)?).await?;
        Ok(Answer::new(ApiKeyAnswer { api_key: revoked.into() }, self.clock.now()))
    }
}
