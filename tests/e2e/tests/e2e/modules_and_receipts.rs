//! Modules with a royalty, receipts, attester sets and credentials, on the command line.

use crate::job;
use assay_client::{pda, Address};
use assay_harness::processes::{
    compile_module, log, sha256_hex, Attester, Cli, Localnet, Node, NodeOptions, ECHO,
};
use serde_json::Value;
use std::{fs, path::Path};

/// Exit codes of the command line.
const USAGE: i32 = 2;
const NOT_FOUND: i32 = 3;

/// Asserts that a command fails with this exit code and a sentence that contains `part`.
#[track_caller]
fn refused(cli: &Cli, command: &[&str], code: i32, part: &str) {
    let output = cli.run(command);
    assert_eq!(output.code, Some(code), "{output:?}");
    assert!(output.stderr.contains(part), "{output:?}");
}

fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object[name].as_str().unwrap_or_else(|| panic!("{object}"))
}

/// Registers a module as `mia` and passes it on to `noa`, whose address is returned.
fn register(localnet: &Localnet, module: &Path) -> Address {
    let ((mia, _), (noa, author)) = (localnet.funded_wallet("mia"), localnet.funded_wallet("noa"));
    let file = module.to_str().expect("a UTF-8 path");
    let hash = sha256_hex(&fs::read(module).expect("the module"));
    refused(
        &mia,
        &["module", "show", &hash],
        NOT_FOUND,
        "not registered",
    );
    let register = ["module", "register", file, "--royalty", "2.5%"];
    let uri = ["--uri", "https://example.org/echo"];
    let registered = mia.json(&[&register[..], &uri].concat());
    assert_eq!(text(&registered, "module"), hash);
    assert_eq!(registered["royalty_bps"], 250);
    refused(&mia, &register, USAGE, "registered already");

    refused(&noa, &["module", "accept", &hash], USAGE, "not offered");
    let offered = mia.json(&["module", "offer", file, &author.to_string()]);
    assert_eq!(text(&offered, "offered_to"), author.to_string());
    let accepted = noa.json(&["module", "accept", &hash]);
    assert_eq!(text(&accepted, "author"), author.to_string());
    refused(&mia, &["module", "retire", &hash], USAGE, "only the author");
    let shown = mia.json(&["module", "show", &hash]);
    assert_eq!(text(&shown, "uri"), "https://example.org/echo");
    author
}

#[test]
fn an_author_is_paid_and_the_receipt_outlives_the_job() {
    let localnet = Localnet::start();
    localnet.provider("ada");
    let (rita, _) = localnet.funded_wallet("rita");
    let module = compile_module(localnet.home(), "echo", ECHO);
    let author = register(&localnet, &module);
    let _node = Node::start(&localnet, "ada");
    let account = pda::ata(&author, &localnet.tusd_mint);
    let balance = || {
        localnet
            .client()
            .token_balance(&account)
            .expect("a balance")
    };
    let before = balance();

    let store = localnet.blob_url.clone();
    let job = job::post(&rita, &module, &["hello"], &store, &[]);
    refused(
        &rita,
        &["job", "receipt", "write", &job, "1"],
        USAGE,
        "no task 1",
    );
    job::finished(&rita, &job);
    let shown = rita.json(&["job", "show", &job]);
    assert_eq!(text(&shown, "author"), author.to_string());
    // 2.5 % of half a dollar.
    assert_eq!(shown["royalties_due"]["units"], "12500");

    log("the receipt is written while the job is open");
    let write = ["job", "receipt", "write", &job, "0", "--keep-output"];
    let written = rita.json(&write);
    assert_eq!(
        (&written["policy"], &written["agreed"]),
        (&"checked".into(), &1.into())
    );
    assert_eq!(text(&written, "output"), "68656c6c6f");
    assert_eq!(text(&written, "input"), sha256_hex(b"hello"));
    assert_eq!(text(&written, "author"), author.to_string());
    refused(&rita, &write, USAGE, "already");

    let closed = rita.json(&["job", "close", &job]);
    assert_eq!(closed["royalties"]["units"], "12500");
    assert!(closed["owed"].is_null());
    assert_eq!(balance() - before, 12_500);
    let receipt = text(&written, "receipt");
    for show in [vec![receipt], vec![job.as_str(), "0"]] {
        let shown = rita.json(&[&["job", "receipt", "show"], &show[..]].concat());
        assert_eq!(shown["digest"], written["digest"]);
    }
    refused(
        &rita,
        &["job", "receipt", "close", receipt],
        USAGE,
        "rely on the receipt",
    );
    rita.json(&["localnet", "advance", "31d"]);
    rita.json(&["job", "receipt", "close", receipt]);
    let gone = ["job", "receipt", "show", receipt];
    refused(&rita, &gone, NOT_FOUND, "no receipt");

    log("whoever declines the royalty names no author");
    let job = job::post(&rita, &module, &["again"], &store, &["--no-royalty"]);
    let shown = rita.json(&["job", "show", &job]);
    assert!(shown["author"].is_null());
    let hash = sha256_hex(&fs::read(&module).expect("the module"));
    localnet.as_wallet("noa").json(&["module", "retire", &hash]);
    refused(
        &rita,
        &["module", "show", &hash],
        NOT_FOUND,
        "not registered",
    );
}

#[test]
fn an_attested_job_waits_for_a_credential() {
    let localnet = Localnet::start();
    let (_, owner) = localnet.provider("ada");
    let (rita, _) = localnet.funded_wallet("rita");
    let (lab, authority) = localnet.funded_wallet("lab");
    for key in ["lab-1", "lab-2"] {
        localnet.new_wallet(key);
    }
    let file = |name: &str| localnet.keypair_file(name).display().to_string();
    let keys = [file("lab-1"), file("lab-2")];
    let open = ["attester", "set", "open", &keys[0], &keys[1]];
    let opened = lab.json(&open);
    let set = text(&opened, "set").to_owned();
    assert_eq!(set, pda::staking::attester_set(&authority, 0).to_string());
    refused(&lab, &open, USAGE, "--id");
    let shown = rita.json(&["attester", "set", "show", &set]);
    assert_eq!(shown["keys"], opened["keys"]);

    let attesters = ["lab-1", "lab-2"].map(|lab| Attester::start(&localnet, lab, &set, &[]));
    let list = format!("{set}={},{}", attesters[0].url, attesters[1].url);
    let options = NodeOptions {
        more: &["--attester-set", &list],
        ..NodeOptions::default()
    };
    let mut node = Node::start_with(&localnet, "ada", &options);

    let module = compile_module(localnet.home(), "echo", ECHO);
    let module = module.to_str().expect("a UTF-8 path");
    fs::write(rita.home.join("input"), "signed").expect("a writable directory");
    let post = ["job", "post", "--module", module, "--input", "input"];
    let post = [&post[..], &["--price", "0.5", "--attesters", &set]].concat();
    let too_many = [&post[..], &["--signatures", "3"]].concat();
    refused(&rita, &too_many, USAGE, "2 keys");
    let required = ["--signatures", "2", "--credential", &set, "--region", "CH"];
    let posted = rita.json(&[&post[..], &required].concat());
    assert_eq!(
        (&posted["policy"], &posted["signatures"]),
        (&"attested".into(), &2.into())
    );
    assert_eq!(posted["bond"]["units"], "0");
    let job = text(&posted, "job").to_owned();

    log("without a credential the node runs nothing");
    let skipped = node.wait_for("job_skipped", &job);
    assert!(text(&skipped, "reason").contains("credential"), "{skipped}");
    let owner = owner.to_string();
    let place = [&set, owner.as_str()];
    let issue = [
        &["attester", "credential", "issue"],
        &place[..],
        &["--region", "CH"],
    ]
    .concat();
    refused(&rita, &issue, USAGE, "only the set's authority");
    let issued = lab.json(&issue);
    assert_eq!(
        (&issued["region"], &issued["expired"]),
        (&"CH".into(), &false.into())
    );
    node.wait_for("attested", &job);
    job::paid(&rita, &job);

    let shown = rita.json(&["job", "show", &job]);
    assert_eq!(shown["policy"], "attested");
    assert_eq!(text(&shown["attesters"], "set"), set);
    assert_eq!(text(&shown["requirements"], "region"), "CH");
    assert_eq!(text(&shown["requirements"], "credential"), set);
    let written = rita.json(&["job", "receipt", "write", &job, "0"]);
    assert_eq!(written["attesters"], shown["attesters"]["identity"]);
    assert!(written["output"].is_null());

    let revoke = [&["attester", "credential", "revoke"], &place[..]].concat();
    lab.json(&revoke);
    let show = [&["attester", "credential", "show"], &place[..]].concat();
    refused(&rita, &show, NOT_FOUND, "no credential");
    lab.json(&["attester", "set", "close", &set]);
    let shown = rita.json(&["job", "show", &job]);
    assert!(shown["attesters"]["set"].is_null());
}
