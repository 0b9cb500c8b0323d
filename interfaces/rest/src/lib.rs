//! The REST interface under `/api/v1`, with what operators and developers need beside it: `/health`, `/ready`, `/metrics`,
//! `/openapi.json`, `/docs`.
//!
//! A request passes the edge (`edge`: request id, span, counters, headers, envelope of failures), then the gate of its
//! operation (`gate`: the row in `authorisation`), then the operation itself, which does nothing but translate: shapes to
//! a command, the use case's answer or error to the envelope.
//!
//! Architecture Invariant: no rule about users or meetings stands here, and no adapter is known here.

mod account;
mod admin;
mod answer;
mod api_key_authentication;
mod authentication;
mod authorisation;
mod client_address;
mod code;
mod config;
mod cookies;
mod cors;
mod cursor;
mod document;
mod edge;
mod entity_tag;
mod failure;
mod form;
mod gate;
mod health;
mod idempotency;
mod integration;
mod invitations;
mod json;
mod media;
mod meetings;
mod notifications;
mod public_address;
mod rate_limits;
mod request_id;
mod rooms;
mod service;
mod statistics;
mod tags;

pub use account::{AccountUseCases, AvatarUseCases};
pub use admin::AdminUseCases;
pub use client_address::{Network, NetworkError};
pub use config::{RestConfig, RestLimits};
pub use integration::IntegrationUseCases;
pub use invitations::InvitationUseCases;
pub use media::MediaUseCases;
pub use meetings::{MeetingUseCases, MessageUseCases, ModerationUseCases, OccurrenceUseCases};
pub use notifications::NotificationUseCases;
pub use public_address::{PublicUrl, PublicUrlError};
pub use rooms::RoomUseCases;
pub use service::{RestDeps, api, openapi_document};
pub use statistics::StatisticsUseCases;
