//! Two accounts whose mails go to one address count as one person.

use domain::{approval::Answer, error_code::ErrorCode, request::Status};
use futures::FutureExt;
use server::storage::{
    approvals, principals,
    request_grids::{self, Reader, Wanted, Which},
};

use crate::{
    approval::{refusal, waiting},
    world::ROLE,
};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_decides_with_a_second_account_what_he_asked_with_the_first() {
    let (world, id) = waiting().await;
    let (john, demo) = (world.john, world.demo);
    let to_decide = async || {
        let (all, reader) =
            (Wanted::all(Which::ToDecide(john, vec![ROLE])), Reader { id: john, manages: false });
        let mut db = world.storage.read().await.unwrap();
        let request = server::storage::requests::find(&mut db, id).await.unwrap().unwrap();
        let may = approvals::may_review(&mut db, john, &request, world.clock.engine()).await.unwrap();
        (request_grids::page(&mut db, &all, reader, world.clock.engine()).await.unwrap().len(), may)
    };
    assert_eq!(to_decide().await, (1, true));
    // John's mails go to where demo's go, whom nobody gave an address of his own.
    world
        .change(move |db| {
            async move {
                let address = principals::find(db, demo).await?.unwrap().user_principal_name;
                let account = principals::find(db, john).await?.unwrap();
                let mail = Some(address.to_uppercase());
                principals::update(db, &principals::Principal { mail, ..account }).await.map(drop)
            }
            .boxed()
        })
        .await;
    assert_eq!(to_decide().await, (0, false));
    for what in [Answer::Approve, Answer::Deny] {
        let refusal = refusal(&world, john, id, what).await;
        assert_eq!(refusal.code, ErrorCode::Unauthorized);
        assert!(refusal.message.contains("second account"), "{}", refusal.message);
    }
    assert_eq!(world.request(id).await.status, Status::PendingApproval);
    assert!(!world.has_role(demo).await);
}
