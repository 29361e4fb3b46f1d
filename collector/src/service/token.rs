//! API tokens: for scripts, with scopes and an end. The secret is shown once.

use muster_model::account::ApiToken;
use muster_model::right::{Action, Resource, Scope};
use muster_model::text::{Phrase, Word};
use muster_model::{ChangeSet, Versioned};
use muster_shared::id::{ApiTokenId, UserId};
use muster_shared::secret;
use muster_store::{Index, Scan, TypedStore};

use super::{Call, Service, ServiceError, invalid};
use crate::authority::sha256_hex;

/// What the text of an API token begins with: scanners for leaked secrets look for it.
const PREFIX: &str = "mst_";
/// Longest life.
const MAX_DAYS: u32 = 366;

impl Service {
    /// Makes an API token for an account: one's own, or anybody's for the host's own commands. Gives the token's text.
    pub async fn create_api_token(
        &self,
        call: &Call,
        user: UserId,
        name: &str,
        scopes: Vec<Scope>,
        days: u32,
    ) -> Result<(String, ApiToken), ServiceError> {
        call.authorize(Action::SelfManage, Resource::Own(user))?;
        if name.trim().is_empty() || name.chars().count() > 100 {
            return Err(invalid("/name", Phrase::new("token_purpose")));
        }
        if scopes.is_empty() {
            let all = Word::terms("scope", Scope::ALL.iter().map(|scope| scope.as_str()));
            return Err(invalid("/scopes", Phrase::new("scope_needed").with("all", all)));
        }
        if !(1..=MAX_DAYS).contains(&days) {
            return Err(invalid("/days", Phrase::new("token_days").with("max", MAX_DAYS.to_string())));
        }
        let now = self.now();
        let text = format!("{PREFIX}{}", secret::draw_secret());
        let token = ApiToken {
            id: ApiTokenId::new(now),
            token_hash: sha256_hex(text.as_bytes()),
            user,
            name: name.trim().to_owned(),
            scopes,
            created_at: now,
            expires_at: now.plus_millis(i64::from(days) * 86_400_000),
            revoked_at: None,
        };
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(now, "api_token.create", token.id, token.name.clone()));
        changes.create(token.clone());
        self.commit(changes).await?;
        Ok((text, token))
    }

    /// Own API tokens, newest last.
    pub async fn list_api_tokens(&self, call: &Call, user: UserId) -> Result<Vec<Versioned<ApiToken>>, ServiceError> {
        call.authorize(Action::SelfManage, Resource::Own(user))?;
        let mut tokens = self.store().all::<ApiToken>(Scan::index(Index::TokenByUser, user.to_string())).await?;
        tokens.sort_by_key(|stored| stored.value.id);
        Ok(tokens)
    }

    /// Takes an own API token back.
    pub async fn revoke_api_token(&self, call: &Call, user: UserId, id: ApiTokenId) -> Result<(), ServiceError> {
        let tokens = self.list_api_tokens(call, user).await?;
        let token = tokens.into_iter().find(|stored| stored.value.id == id);
        let mut token = token.ok_or_else(|| ServiceError::NotFound { kind: "API token", id: id.to_string() })?;
        let now = self.now();
        token.value.revoked_at.get_or_insert(now);
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(now, "api_token.revoke", id, token.value.name.clone()));
        changes.update(token);
        Ok(self.commit(changes).await?)
    }
}
