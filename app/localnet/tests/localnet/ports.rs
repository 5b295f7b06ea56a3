//! Choosing, taking and freeing ports.

use std::{env, fs, net::TcpListener};

use assay_localnet::{clock, Config, Error, Localnet};
use solana_signer::Signer;

use crate::actors::{client, network, wallet};

fn port_of(url: &str) -> u16 {
    url.rsplit(':').next().unwrap().parse().unwrap()
}

#[test]
fn a_taken_port_is_named_with_the_flag_that_changes_it() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port();
    let free = Config::on_free_ports;
    let cases = [
        (
            Config {
                rpc_port: port,
                ..free()
            },
            "--rpc-port",
        ),
        (
            Config {
                ws_port: port,
                ..free()
            },
            "--ws-port",
        ),
        (
            Config {
                blob_port: port,
                ..free()
            },
            "--blob-port",
        ),
    ];

    for (config, flag) in cases {
        let error = Localnet::start(config).err().expect("the port is taken");
        let text = error.to_string();
        assert!(matches!(error, Error::PortTaken { .. }), "{text}");
        assert!(
            text.contains(&port.to_string()) && text.contains(flag),
            "{text}"
        );
    }
}

#[test]
fn a_second_network_cannot_share_the_ports_of_the_first() {
    let first = network();
    let taken = Config {
        rpc_port: port_of(&first.rpc_url()),
        ..Config::on_free_ports()
    };

    assert!(matches!(
        Localnet::start(taken),
        Err(Error::PortTaken { .. })
    ));
}

#[test]
fn the_websocket_port_follows_the_rpc_port_as_solana_clients_expect() {
    let network = network();
    assert_eq!(port_of(&network.ws_url()), port_of(&network.rpc_url()) + 1);
}

#[test]
fn two_networks_run_side_by_side_and_know_nothing_of_each_other() {
    let (one, two) = (network(), network());
    let holder = wallet(&client(&one));

    clock::advance(&one.rpc_url(), 10_000).unwrap();

    assert_eq!(client(&two).get_balance(&holder.pubkey()).unwrap(), 0);
    let apart = clock::now(&one.rpc_url()).unwrap() - clock::now(&two.rpc_url()).unwrap();
    assert!((apart - 10_000).abs() <= 1, "{apart}");
}

#[test]
fn stopping_frees_all_three_ports_and_they_can_be_used_again() {
    let first = network();
    let again = Config {
        rpc_port: port_of(&first.rpc_url()),
        ws_port: port_of(&first.ws_url()),
        blob_port: port_of(&first.blob_url()),
        ..Config::default()
    };

    first.stop().unwrap();
    let second = Localnet::start(again.clone()).unwrap();
    assert!(client(&second).get_health().is_ok());
    drop(second);
    Localnet::start(again).unwrap().stop().unwrap();
}

#[test]
fn a_network_on_every_interface_shows_an_address_that_connects() {
    let network = Localnet::start(Config {
        host: "0.0.0.0".parse().unwrap(),
        ..Config::on_free_ports()
    })
    .unwrap();
    assert!(network.rpc_url().starts_with("http://127.0.0.1:"));
    assert!(client(&network).get_health().is_ok());
}

#[test]
fn a_slot_time_that_cannot_work_is_refused() {
    let config = Config {
        slot_ms: 0,
        ..Config::on_free_ports()
    };
    assert!(matches!(Localnet::start(config), Err(Error::SlotTime(0))));
}

#[test]
fn nothing_is_written_to_the_working_directory() {
    let list = || {
        let mut names: Vec<_> = fs::read_dir(env::current_dir().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        names
    };
    let before = list();

    let network = network();
    wallet(&client(&network));
    network.stop().unwrap();

    assert_eq!(list(), before);
}
