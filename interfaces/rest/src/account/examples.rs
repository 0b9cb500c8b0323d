//! Examples of the account shapes, for the OpenAPI document.

use chrono::DateTime;
use poem_openapi::types::Example;
use uuid::Uuid;

use super::shapes::{
    ChangePasswordRequest, LogInRequest, Profile, RegisterRequest, Role, SpokenLanguage, Status, TokenDelivery,
    TokenType, Tokens, UpdateProfileRequest, User,
};

impl Example for RegisterRequest {
    fn example() -> Self {
        Self {
            username: "ann.lee".into(),
            email: "ann@example.org".into(),
            password: "correct horse battery staple".into(),
            nickname: Some("Ann".into()),
        }
    }
}

impl Example for LogInRequest {
    fn example() -> Self {
        Self {
            username: "ann.lee".into(),
            password: "correct horse battery staple".into(),
            token_delivery: TokenDelivery::Body,
        }
    }
}

impl Example for UpdateProfileRequest {
    fn example() -> Self {
        Self { nickname: Some("Ann Lee".into()), language: Some("en".into()) }
    }
}

impl Example for ChangePasswordRequest {
    fn example() -> Self {
        Self { old_password: "correct horse battery staple".into(), new_password: "another long passphrase".into() }
    }
}

impl Example for User {
    fn example() -> Self {
        Self {
            id: Uuid::from_u128(0x0199_5b1e_7a10_7c3e_9f52_0c2d_8e4b_1a01),
            username: "ann.lee".into(),
            email: "ann@example.org".into(),
            nickname: "Ann".into(),
            avatar_url: None,
            role: Role::User,
            status: Status::Active,
            email_verified: true,
            language: SpokenLanguage::English,
            created_at: DateTime::from_timestamp(1_790_000_000, 0).unwrap_or_default(),
        }
    }
}

impl Example for Profile {
    fn example() -> Self {
        Self { user: User::example() }
    }
}

impl Example for Tokens {
    fn example() -> Self {
        Self {
            access_token: Some("eyJhbGciOiJIUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiIuLi4ifQ.c2lnbmF0dXJl".into()),
            csrf_token: None,
            refresh_token: Some("dGhpcyBpcyBub3QgYSByZWFsIHRva2VuLCBzb3JyeQ".into()),
            token_type: TokenType::Bearer,
            expires_in: 900,
            user: User::example(),
        }
    }
}
