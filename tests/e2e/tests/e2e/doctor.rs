//! What a machine says of its sandbox.

use assay_harness::processes::{Cli, Workspace};

/// Needs no network and no wallet. Which protections hold depends on the kernel, but a child without them reaches nothing either.
#[test]
fn a_machine_is_examined_without_a_network() {
    let workspace = Workspace::of_test();
    let home = tempfile::tempdir().unwrap();
    let cli = Cli::new(&workspace.assay, home.path());
    let report = cli.json(&["node", "doctor"]);
    assert_eq!(report["reached"], serde_json::json!([]), "{report}");
    let protections = report["protections"].as_array().unwrap();
    assert_eq!(protections.len(), 12);
    for protection in protections {
        let has_advice = !protection["advice"].is_null();
        assert_ne!(protection["holds"] == true, has_advice, "{protection}");
    }
    let holds = |name: &str| {
        let mut all = protections.iter();
        all.any(|one| one["name"] == name && one["holds"] == true)
    };
    // Every Linux has these.
    for name in [
        "memory",
        "processor",
        "dumps",
        "descriptors",
        "orphans",
        "privileges",
    ] {
        assert!(holds(name), "{name}: {report}");
    }
}
