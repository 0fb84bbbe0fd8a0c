//! An approver's answer, over HTTP.

use domain::{
    approval::Approval,
    ids::RequestId,
    policy::Approver,
    request::{Ask, Request},
};
use futures::FutureExt;
use serde_json::json;
use server::{
    auth::secret,
    storage::{
        approvals,
        policies::{self, Modified},
        principals, requests, sessions,
    },
};

use super::{ADMIN, Answer, World, change, session, token};
use crate::{
    answer::AnswerCase,
    given,
    words::{NEW, NOW},
};

impl World {
    /// The request that is answered.
    pub fn asked(&self) -> RequestId {
        RequestId(self.mine(NEW.0))
    }

    /// The request as it is now.
    pub async fn request(&self, id: RequestId) -> Request {
        let mut db = self.running.state.storage.read().await.unwrap();
        requests::find(&mut db, id).await.unwrap().expect("the request is kept")
    }

    /// Puts the facts of a case into the database: the request among them, as it was made earlier.
    pub async fn prepare_answer(&self, case: &AnswerCase) {
        self.prepare(&case.given).await;
        let (request, approval) = case.asked();
        let (id, principal) = (self.asked(), self.principal(&case.given.principal));
        let ask = Ask { principal, ..request.ask };
        let request = Request { id, created_by: principal, ask, ..request };
        let approval = Approval { id, ..approval };
        let mut ben = (case.review.by == "ben").then(|| self.person("ben"));
        if let Some(ben) = ben.as_mut().filter(|_| case.review.shares_address) {
            ben.mail = Some(self.person(&case.given.principal).user_principal_name.to_uppercase());
        }
        let approver = if case.review.is_approver { case.review.by.as_str() } else { ADMIN };
        let mut policy = given::policy(&case.given.policy);
        policy.approval_end_user_assignment.is_approval_required = true;
        policy.approval_end_user_assignment.approvers = vec![Approver::User { id: self.principal(approver) }];
        let (role, by) = (given::role_id(&case.given.role), self.principal(ADMIN));
        change(&self.running.state.storage, move |db| {
            let (request, approval, ben, policy) =
                (request.clone(), approval.clone(), ben.clone(), policy.clone());
            async move {
                if let Some(ben) = ben {
                    principals::insert(db, &ben).await?;
                    let token = secret::hash(&token(ben.id));
                    sessions::insert(db, &session(ben.id, true), &token).await?;
                }
                requests::insert(db, &request, &[], None).await?;
                approvals::insert(db, &approval).await?;
                let version = policies::find(db, role).await?.version;
                assert!(policies::put(db, role, &policy, version, Modified { at: NOW, by }).await?);
                Ok(())
            }
            .boxed()
        })
        .await;
    }

    /// Sends what the approver says.
    pub async fn answer(&self, case: &AnswerCase) -> Answer {
        let id = self.asked();
        let path = format!("/beta/roleManagement/directory/roleAssignmentApprovals/{id}/steps/{id}");
        let body = json!({ "reviewResult": case.review.says.as_str(), "justification": case.reason() });
        self.send("PATCH", &path, self.principal(&case.review.by), &body).await
    }
}
