//! Jobs that a node closes for their requesters.

use crate::{by_hand, job};
use assay_client::{instruction::token::transfer, pda, Signer as _};
use assay_harness::processes::{
    compile_module, log, wait_until, Localnet, Node, NodeOptions, ECHO,
};

/// Number of the token program's instruction `CloseAccount`. It takes the same accounts as `Transfer`.
const CLOSE_ACCOUNT: u8 = 9;
/// Size of a token account, bytes.
const TOKEN_ACCOUNT: usize = 165;

#[test]
fn a_requester_without_a_token_account_is_given_none_unless_the_operator_says_so() {
    let localnet = Localnet::start();
    let (_, ada) = localnet.provider("ada");
    let (rita, requester) = localnet.funded_wallet("rita");
    let echo = compile_module(localnet.home(), "echo", ECHO);
    let options = |more| NodeOptions {
        more,
        ..NodeOptions::default()
    };
    let node = Node::start_with(&localnet, "ada", &options(&[]));
    let job = job::post(&rita, &echo, &["one"], &localnet.blob_url, &[]);
    job::finished(&rita, &job);
    node.kill();

    log("the requester closes its token account, and anyone may close the job");
    let client = localnet.client();
    let mint = localnet.tusd_mint;
    let [account, other] = [requester, ada].map(|owner| pda::ata(&owner, &mint));
    let rest = client.token_balance(&account).expect("a balance");
    let empty = transfer(&account, &other, &requester, rest);
    let mut close = transfer(&account, &requester, &requester, 0);
    close.data = vec![CLOSE_ACCOUNT];
    by_hand::send(&localnet, "rita", &[empty, close]);
    let view = job::view(&localnet, &job);
    let wait = view.header.anyone_closes_from() - client.now().expect("a time");
    localnet.try_advance(wait + 1).expect("a later time");

    log("a node leaves it open");
    let node_key = by_hand::wallet(&localnet, "ada-node").pubkey();
    let mut node = Node::start_with(
        &localnet,
        "ada",
        &options(&["--close-jobs", "--poll", "1000"]),
    );
    wait_until("the warning", || {
        let mut events = node.other_events().into_iter();
        events.find(|line| {
            let reason = line["reason"].as_str().unwrap_or_default();
            reason.contains(&job) && reason.contains("--pay-rent-of-others")
        })
    });
    let exists = || client.account(&account).expect("an answer").is_some();
    assert!(!exists() && job::view(&localnet, &job).header.is_finished());
    node.kill();

    log("one that may pay the rent closes it");
    let before = client.lamports(&node_key).expect("a balance");
    let more = ["--close-jobs", "--pay-rent-of-others"];
    let mut node = Node::start_with(&localnet, "ada", &options(&more));
    node.wait_for("closed", &job);
    let paid = before - client.lamports(&node_key).expect("a balance");
    let rent = client.minimum_balance(TOKEN_ACCOUNT).expect("a rent");
    assert!(exists() && paid > rent, "{paid} lamports");
}
