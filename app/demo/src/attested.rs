//! The attested job: nobody checks its task by running it under a bond. Three attesters of a lab, each a process of its own with
//! its own key, look at the result, and two signatures are enough. One of them refuses whatever it is asked.

use crate::{
    batch::HONEST,
    check,
    environment::{log_step, Environment},
    insured,
    order::{Order, Plan, Verified},
    participants::{Participants, Role},
    seats::JobSeats,
    waiting::wait,
};
use anyhow::{bail, Context, Result};
use assay_client::{instruction::staking, pda, Address, Signer as _};
use assay_content::ContentHash;
use assay_harness::processes::{json_text, Attester};
use assay_market::{
    game::{Phase, SeatState},
    state::POLICY_ATTESTED,
};
use assay_staking::state::AttesterSet;
use std::fs;

/// The attesters, and the one that refuses.
const ATTESTERS: [&str; 3] = ["curie", "dirac", REFUSER];
const REFUSER: &str = "fermi";
/// Signatures that the job asks for.
const SIGNATURES: u8 = 2;
/// What stands for the judgment of the one that refuses: a command that never says yes.
const REFUSE: [&str; 2] = ["--check", "false"];

pub struct Attested {
    pub order: Order,
    pub seats: JobSeats,
}

impl Attested {
    /// Starts the attesters and a node that takes the jobs of their set, posts the job and waits until its result is final.
    pub fn run(env: &mut Environment, participants: &Participants, fee_bps: u64) -> Result<Self> {
        log_step("a lab opens a set of three attesters and starts them, each with its own key");
        let set = open_set(env)?;
        let mut attesters = Vec::new();
        for name in ATTESTERS {
            let more = if name == REFUSER {
                &REFUSE[..]
            } else {
                &HONEST
            };
            let set = set.to_string();
            attesters.push(Attester::try_start(&env.localnet, name, &set, more)?);
        }
        let urls: Vec<_> = attesters.iter().map(|of| of.url.as_str()).collect();
        let list = format!("{set}={}", urls.join(","));
        let file = insured::module(env);
        let module = ContentHash::of(&fs::read(&file)?).to_string();
        let lab = participants.one(Role::Lab)?;
        let mut more = vec!["--attester-set", &list, "--module", &module];
        more.extend(HONEST);
        env.start_node(lab.name, &more)?;

        let inputs = [insured::season()];
        let plan = Plan {
            verified: Verified::Attested(set, SIGNATURES),
            ..Plan::checked("attested job", (&file, &inputs), fee_bps)
        };
        let order = Order::post(env, participants, &plan)?;
        let seats = wait(env, "the attested result", || {
            let seats = JobSeats::read(env, &order.job)?;
            Ok((seats.phase(0) == Phase::Final).then_some(seats))
        })?;
        let refuser = attesters.last_mut().context("no attester")?;
        let mut refusal = refuser.try_wait_for("refused")?;
        if refusal["code"] == "output_needed" {
            // A command checks outputs, so that the node is first asked for it.
            refusal = refuser.try_wait_for("refused")?;
        }
        let reason = json_text(&refusal, "reason")?;
        eprintln!("  {REFUSER} has refused: {reason}");
        check_signers(env)?;
        check_result(env, &seats, &set, &lab.worker)?;
        Ok(Self { order, seats })
    }

    /// Returns how many tasks of the job the chain says are proven.
    pub fn accepted(&self) -> u32 {
        self.seats.job.header.proven_tasks.get()
    }
}

/// Creates the keys of the attesters and puts them on chain. Returns the set.
fn open_set(env: &Environment) -> Result<Address> {
    let lab = env.keypair("voter")?;
    let mut keys = Vec::new();
    for name in ATTESTERS {
        keys.push(env.localnet.try_new_wallet(name)?.to_bytes());
    }
    keys.sort_unstable();
    let open = staking::open_attester_set(lab.pubkey(), lab.pubkey(), 0, keys);
    env.client.sign_send_confirm(&[open], &[&lab])?;
    Ok(pda::staking::attester_set(&lab.pubkey(), 0))
}

/// Checks by their journals who has signed. An attester writes its journal before its signature leaves.
fn check_signers(env: &Environment) -> Result<()> {
    for name in ATTESTERS {
        let signed = Attester::signed(&env.localnet, name).len();
        let what = format!("results that {name} has signed");
        check::equal(&what, signed, usize::from(name != REFUSER))?;
    }
    Ok(())
}

/// Checks what the chain says about the result.
fn check_result(
    env: &Environment,
    seats: &JobSeats,
    set: &Address,
    worker: &Address,
) -> Result<()> {
    let header = &seats.job.header;
    let set: AttesterSet = env.client.fetch(set)?;
    let is_of_set = header.policy == POLICY_ATTESTED && header.attesters == set.identity;
    check::holds("the job names the set by its keys", is_of_set)?;
    let asked = (header.attestations, set.keys().len());
    check::equal("signatures asked for, of keys", asked, (SIGNATURES, 3))?;
    let [seat] = seats.job.task(0) else {
        bail!("an attested task has one seat");
    };
    let of_lab = seat.worker == *worker && seat.state() == SeatState::Accepted;
    check::holds("the seat is the lab's, accepted", of_lab)?;
    check::equal("attested tasks", header.proven_tasks.get(), 1)
}
