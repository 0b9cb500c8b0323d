//! The administrative operations.

use std::sync::Arc;

use application_user::{
    AccountPorts, AuditCursor, AuditFilter, BanUser, BanUserCommand, ChangeRole, ReadAuditLog, ReadAuditLogQuery,
    ReadUser, SearchUsers, SearchUsersQuery, UnbanUser, UserCursor, UserFilter,
};
use domain_shared::{Clock, EventId, UserId};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use uuid::Uuid;

use super::shapes::{
    AdminUser, AdminUserAnswer, AdminUserPage, AuditLogEntry, AuditLogPage, BanUserRequest, ChangeRoleRequest,
};
use crate::{
    account::shapes::{Role, Status},
    answer::Answer,
    authentication::SignedIn,
    code::Code,
    cursor,
    failure::{Failure, FieldDetail},
    json::JsonBody,
    tags::Tag,
};

/// The use cases that the operations drive.
pub struct AdminUseCases {
    /// Shows accounts.
    pub search: SearchUsers,
    /// Shows one.
    pub read: ReadUser,
    /// Shuts one out.
    pub ban: BanUser,
    /// Lets one in again.
    pub unban: UnbanUser,
    /// Lets one do more or less.
    pub change_role: ChangeRole,
    /// Shows the record.
    pub audit_log: ReadAuditLog,
}

impl AdminUseCases {
    /// All of them, on these ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self {
            search: SearchUsers::new(ports),
            read: ReadUser::new(ports),
            ban: BanUser::new(ports),
            unban: UnbanUser::new(ports),
            change_role: ChangeRole::new(ports),
            audit_log: ReadAuditLog::new(ports),
        }
    }
}

/// The operations of this area.
pub struct AdminApi {
    /// What they drive.
    pub use_cases: AdminUseCases,
    /// Dates the answers.
    pub clock: Arc<dyn Clock>,
}

/// The longest text that is searched for, in characters.
const MAX_QUERY: usize = 100;

/// No account bears what is no identifier.
fn user_id(text: &str) -> Result<UserId, Failure> {
    text.parse::<Uuid>().map(UserId::from_uuid).map_err(|_| Code::UserNotFound.into())
}

fn too_long(field: &str) -> Failure {
    Failure::invalid([FieldDetail::new(field, "too_long", format!("must have at most {MAX_QUERY} characters"))])
}

impl AdminApi {
    fn answer(&self, view: application_user::AdminUserView) -> Answer<AdminUserAnswer> {
        Answer::new(AdminUserAnswer { user: view.into() }, self.clock.now())
    }
}

#[OpenApi(prefix_path = "/api/v1/admin", tag = "Tag::Admin")]
impl AdminApi {
    /// Search accounts
    ///
    /// Newest first.
    #[oai(path = "/users", method = "get", operation_id = "searchUsers")]
    async fn search(
        &self,
        user: SignedIn,
        /// A part of the user name, the e-mail address or the nickname; case does not matter.
        #[oai(validator(max_length = 100))]
        query: Query<Option<String>>,
        /// Only those in this state.
        status: Query<Option<Status>>,
        /// Only those with this role.
        role: Query<Option<Role>>,
        /// How many at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")), default = "cursor::default_limit")]
        limit: Query<i64>,
        /// Where to go on: `next_cursor` of the page before.
        #[oai(validator(max_length = 64))]
        cursor: Query<Option<String>>,
    ) -> Result<Answer<AdminUserPage>, Failure> {
        let (limit, after) = cursor::page(limit.0, cursor.0.as_deref())?;
        // PostgreSQL's texts cannot hold NUL, so that nothing is found with it.
        let text = query.0.map(|text| text.trim().replace('\0', "\u{fffd}")).filter(|text| !text.is_empty());
        if text.as_deref().is_some_and(|text| text.chars().count() > MAX_QUERY) {
            return Err(too_long("query"));
        }
        let query = SearchUsersQuery {
            asked_by: user.0.user_id,
            filter: UserFilter { text, status: status.0.map(Into::into), role: role.0.map(Into::into) },
            after: after.map(|(created_at, id)| UserCursor { created_at, id: id.into() }),
            limit,
        };
        let page = self.use_cases.search.execute(query).await?;
        let next_cursor = page.next.map(|next| cursor::write(next.created_at, next.id.as_uuid()));
        let items = page.items.into_iter().map(AdminUser::from).collect();
        Ok(Answer::new(AdminUserPage { items, next_cursor }, self.clock.now()))
    }

    /// Read an account
    #[oai(path = "/users/:id", method = "get", operation_id = "readUser")]
    async fn read(
        &self,
        user: SignedIn,
        /// The account's identifier.
        id: Path<String>,
    ) -> Result<Answer<AdminUserAnswer>, Failure> {
        Ok(self.answer(self.use_cases.read.execute(user.0.user_id, user_id(&id.0)?).await?))
    }

    /// Shut an account out
    ///
    /// Its sessions and calls end at once. Banning again changes the reason and the end.
    #[oai(path = "/users/:id/ban", method = "post", operation_id = "banUser")]
    async fn ban(
        &self,
        user: SignedIn,
        /// The account's identifier.
        id: Path<String>,
        body: JsonBody<BanUserRequest>,
    ) -> Result<Answer<AdminUserAnswer>, Failure> {
        let BanUserRequest { reason, until } = body.0;
        let command = BanUserCommand { by: user.0.user_id, user_id: user_id(&id.0)?, reason, until };
        Ok(self.answer(self.use_cases.ban.execute(command).await?))
    }

    /// Let an account in again
    ///
    /// One that is not shut out is no error.
    #[oai(path = "/users/:id/unban", method = "post", operation_id = "unbanUser")]
    async fn unban(
        &self,
        user: SignedIn,
        /// The account's identifier.
        id: Path<String>,
    ) -> Result<Answer<AdminUserAnswer>, Failure> {
        Ok(self.answer(self.use_cases.unban.execute(user.0.user_id, user_id(&id.0)?).await?))
    }

    /// Change the role of an account
    #[oai(path = "/users/:id/role", method = "put", operation_id = "changeUserRole")]
    async fn change_role(
        &self,
        user: SignedIn,
        /// The account's identifier.
        id: Path<String>,
        body: JsonBody<ChangeRoleRequest>,
    ) -> Result<Answer<AdminUserAnswer>, Failure> {
        let role = body.0.role.into();
        Ok(self.answer(self.use_cases.change_role.execute(user.0.user_id, user_id(&id.0)?, role).await?))
    }

    /// Read the record
    ///
    /// What administrators did and what concerns the safety of accounts, newest first.
    #[oai(path = "/audit-log", method = "get", operation_id = "readAuditLog")]
    async fn audit_log(
        &self,
        user: SignedIn,
        /// Only entries in which this account acted or was acted upon.
        user_id: Query<Option<Uuid>>,
        /// Only entries of this action, such as `user.banned`.
        #[oai(validator(max_length = 100))]
        action: Query<Option<String>>,
        /// How many at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")), default = "cursor::default_limit")]
        limit: Query<i64>,
        /// Where to go on: `next_cursor` of the page before.
        #[oai(validator(max_length = 64))]
        cursor: Query<Option<String>>,
    ) -> Result<Answer<AuditLogPage>, Failure> {
        let (limit, after) = cursor::page(limit.0, cursor.0.as_deref())?;
        let action = action.0.map(|text| text.replace('\0', "\u{fffd}")).filter(|action| !action.is_empty());
        if action.as_deref().is_some_and(|action| action.chars().count() > MAX_QUERY) {
            return Err(too_long("action"));
        }
        let query = ReadAuditLogQuery {
            asked_by: user.0.user_id,
            filter: AuditFilter { user_id: user_id.0.map(UserId::from_uuid), action },
            after: after.map(|(at, id)| AuditCursor { at, id: EventId::from_uuid(id) }),
            limit,
        };
        let page = self.use_cases.audit_log.execute(query).await?;
        let next_cursor = page.next.map(|next| cursor::write(next.at, next.id.as_uuid()));
        let items = page.items.into_iter().map(AuditLogEntry::from).collect();
        Ok(Answer::new(AuditLogPage { items, next_cursor }, self.clock.now()))
    }
}
