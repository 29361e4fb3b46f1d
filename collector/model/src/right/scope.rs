//! Which rights a scope of an API token leaves its user.

use super::{Action, Scope};

/// Whether a right only looks.
pub const fn is_read(action: Action) -> bool {
    matches!(
        action,
        Action::ItemRead
            | Action::FindingRead
            | Action::TicketRead
            | Action::TicketInternal
            | Action::AgentRead
            | Action::UserRead
            | Action::AuditRead
            | Action::EventRead
            | Action::AlertRead
            | Action::NotificationRead
            | Action::OnCallRead
            | Action::ReportRead
    )
}

pub(super) const fn in_scope(scope: Scope, action: Action) -> bool {
    match scope {
        Scope::All => true,
        Scope::Read => is_read(action),
        Scope::Inventory => matches!(action, Action::SourceReport),
        Scope::Events => matches!(action, Action::EventSend),
        Scope::Work => {
            is_read(action)
                || matches!(
                    action,
                    Action::FindingAccept
                        | Action::FindingWaive
                        | Action::FindingSuppress
                        | Action::HostRecheck
                        | Action::TicketCreate
                        | Action::TicketUpdate
                        | Action::TicketTransition
                        | Action::TicketComment
                        | Action::MajorAccept
                        | Action::KnowledgeManage
                        | Action::ProblemManage
                        | Action::RiskAccept
                        | Action::ChangePlan
                        | Action::ChangeImplement
                        | Action::ChangeReview
                        | Action::BlackoutOverride
                        | Action::ReleaseManage
                        | Action::RequestSubmit
                        | Action::AccessManage
                        | Action::AccessEmergency
                        | Action::AccessReview
                        | Action::ApprovalVote
                        | Action::BoardRecord
                        | Action::PriorityOverride
                        | Action::SearchSave
                        | Action::SearchShare
                        | Action::AlertUpdate
                        | Action::AlertSilence
                        | Action::OnCallOverride
                        | Action::ImprovementManage
                )
        }
    }
}
