//! Mistakes about attester sets, credentials, modules, receipts and held pay.

use super::{
    address_of, assert_mistakes, case, sent_by, INSUFFICIENT, NOBODY, NOT_FOUND, UNREACHABLE, USAGE,
};
use crate::job;
use assay_harness::processes::{compile_module, Cli, Localnet, ECHO};

const UNFINISHED: i32 = 7;

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "a table with one mistake after another"
)]
fn mistakes_about_sets_modules_and_receipts_send_nothing() {
    let localnet = Localnet::start();
    localnet.provider("ada");
    let (rita, address) = localnet.funded_wallet("rita");
    let echo = compile_module(localnet.home(), "echo", ECHO);
    compile_module(localnet.home(), "new", "(module)");
    let home = localnet.home();
    std::fs::write(home.join("input"), "text").expect("a writable directory");
    let posted = job::post(&rita, &echo, &["one"], &localnet.blob_url, &[]);
    let opened = rita.json(&["attester", "set", "open", NOBODY]);
    let set = opened["set"].as_str().expect("an address");
    rita.json(&["module", "register", "echo.wasm", "--royalty", "1%"]);
    localnet.new_wallet("poor");
    localnet.fund("poor", &["--sol", "1"]);
    localnet.new_wallet("pauper");
    let (poor, pauper) = (localnet.as_wallet("poor"), localnet.as_wallet("pauper"));
    let away = Cli {
        url: Some("http://127.0.0.1:9".into()),
        ..rita.clone()
    };
    let (zero, unknown) = ("1".repeat(32), "00".repeat(32));
    let many = [NOBODY; 17].join(" ");
    let uri = "u".repeat(97);

    let sets = [
        case(&rita, "attester set open", USAGE, "KEY"),
        case(&rita, "attester set open nobody", USAGE, "nobody"),
        case(&rita, format!("attester set open {many}"), USAGE, "KEY"),
        case(
            &rita,
            format!("attester set open {NOBODY} {NOBODY}"),
            USAGE,
            "twice",
        ),
        case(
            &rita,
            format!("attester set open {zero}"),
            USAGE,
            "zero key",
        ),
        case(
            &rita,
            format!("attester set open {NOBODY} --id first"),
            USAGE,
            "--id",
        ),
        case(
            &rita,
            format!("attester set open {NOBODY}"),
            USAGE,
            "already",
        ),
        case(
            &pauper,
            format!("attester set open {NOBODY}"),
            INSUFFICIENT,
            "SOL",
        ),
        case(&rita, "attester set show", USAGE, "SET"),
        case(
            &rita,
            format!("attester set show {NOBODY}"),
            NOT_FOUND,
            NOBODY,
        ),
        case(
            &rita,
            format!("attester set show {posted}"),
            NOT_FOUND,
            "another type",
        ),
        case(
            &rita,
            format!("attester set close {NOBODY}"),
            NOT_FOUND,
            NOBODY,
        ),
        case(
            &poor,
            format!("attester set close {set}"),
            USAGE,
            "authority",
        ),
        case(
            &away,
            format!("attester set show {set}"),
            UNREACHABLE,
            "127.0.0.1:9",
        ),
    ];
    let credential = |what: &str| format!("attester credential {what} {set} {NOBODY}");
    let credentials = [
        case(&rita, credential("show"), NOT_FOUND, "no credential"),
        case(&rita, credential("revoke"), NOT_FOUND, "no credential"),
        case(&rita, credential("issue"), NOT_FOUND, "owns no provider"),
        case(&poor, credential("issue"), USAGE, "authority"),
        case(
            &rita,
            format!("attester credential issue {NOBODY} {NOBODY}"),
            NOT_FOUND,
            "no attester set",
        ),
        case(
            &rita,
            format!("attester credential issue {set}"),
            USAGE,
            "OWNER",
        ),
        case(
            &rita,
            credential("issue --region Atlantis"),
            USAGE,
            "Atlantis",
        ),
        case(&rita, credential("issue --lifetime soon"), USAGE, "soon"),
        case(
            &rita,
            format!("attester credential issue {set} ada.json --lifetime 0"),
            USAGE,
            "--lifetime",
        ),
    ];
    let modules = [
        case(
            &rita,
            "module register missing.wasm --royalty 1%",
            NOT_FOUND,
            "missing.wasm",
        ),
        case(
            &rita,
            "module register input --royalty 1%",
            USAGE,
            "WebAssembly",
        ),
        case(&rita, "module register new.wasm", USAGE, "--royalty"),
        case(
            &rita,
            "module register new.wasm --royalty 20.01%",
            USAGE,
            "0% to 20%",
        ),
        case(
            &rita,
            "module register new.wasm --royalty half",
            USAGE,
            "half",
        ),
        case(
            &rita,
            format!("module register new.wasm --royalty 1% --uri {uri}"),
            USAGE,
            "96 bytes",
        ),
        case(
            &rita,
            "module register echo.wasm --royalty 1%",
            USAGE,
            "already",
        ),
        case(
            &pauper,
            "module register new.wasm --royalty 1%",
            INSUFFICIENT,
            "SOL",
        ),
        case(&rita, "module show 12", USAGE, "12"),
        case(
            &rita,
            format!("module show {unknown}"),
            NOT_FOUND,
            "not registered",
        ),
        case(
            &rita,
            format!("module offer new.wasm {NOBODY}"),
            NOT_FOUND,
            "not registered",
        ),
        case(&rita, "module offer echo.wasm mia", USAGE, "mia"),
        case(
            &poor,
            format!("module offer echo.wasm {NOBODY}"),
            USAGE,
            "author",
        ),
        case(&poor, "module accept echo.wasm", USAGE, "not offered"),
        case(&poor, "module retire echo.wasm", USAGE, "author"),
        case(&rita, "module retire new.wasm", NOT_FOUND, "not registered"),
        case(&away, "module show echo.wasm", UNREACHABLE, "127.0.0.1:9"),
    ];
    let receipts = [
        case(
            &rita,
            format!("job receipt write {NOBODY} 0"),
            NOT_FOUND,
            NOBODY,
        ),
        case(
            &rita,
            format!("job receipt write {posted} 1"),
            USAGE,
            "no task 1",
        ),
        case(
            &rita,
            format!("job receipt write {posted} first"),
            USAGE,
            "first",
        ),
        case(
            &rita,
            format!("job receipt write {posted} 0"),
            UNFINISHED,
            "when it is final",
        ),
        case(
            &rita,
            format!("job receipt write {posted} 0 --lifetime 6d"),
            USAGE,
            "6d",
        ),
        case(
            &rita,
            format!("job receipt write {posted} 0 --lifetime 3651d"),
            USAGE,
            "3651d",
        ),
        case(
            &rita,
            format!("job receipt write {posted} 0 --store ftp://a"),
            USAGE,
            "--store",
        ),
        case(
            &rita,
            format!("job receipt show {NOBODY}"),
            NOT_FOUND,
            NOBODY,
        ),
        case(
            &rita,
            format!("job receipt show {posted}"),
            NOT_FOUND,
            "another type",
        ),
        case(
            &rita,
            format!("job receipt show {posted} 0"),
            NOT_FOUND,
            "no receipt",
        ),
        case(
            &rita,
            format!("job receipt close {NOBODY}"),
            NOT_FOUND,
            NOBODY,
        ),
    ];
    let others = [
        case(&rita, "provider collect-held --owner me", USAGE, "me"),
        case(
            &rita,
            format!("provider collect-held --owner {NOBODY}"),
            NOT_FOUND,
            NOBODY,
        ),
        case(&rita, "provider collect-held", NOT_FOUND, "provider"),
        case(
            &away,
            format!("provider collect-held --owner {NOBODY}"),
            UNREACHABLE,
            "127.0.0.1:9",
        ),
        case(&rita, "params mints tUSD", USAGE, "tUSD"),
        case(&away, "params mints", UNREACHABLE, "127.0.0.1:9"),
    ];

    let before = sent_by(&localnet, &address);
    let cases = sets.iter().chain(&credentials).chain(&modules);
    assert_mistakes(cases.chain(&receipts).chain(&others));
    assert_eq!(sent_by(&localnet, &address), before, "rita sent something");
    let poor = localnet.client().lamports(&address_of(&localnet, "poor"));
    assert_eq!(poor.ok(), Some(1_000_000_000), "the poor one paid a fee");
}
