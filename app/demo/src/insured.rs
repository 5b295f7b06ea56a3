//! A drought cover: a program of somebody else pays an insured by itself, because a receipt says what the market verified. A
//! receipt with too little behind it does not move it.

use crate::{
    check,
    environment::{log_step, Environment},
    formulas::ASSAY,
    order::{Order, Plan, Verified},
    participants::Participants,
};
use anyhow::{bail, Result};
use assay_client::{pda, Address, Error, Instruction, Keypair, Signer as _};
use assay_content::ContentHash;
use assay_harness::processes::{compile_module, json_text};
use assay_rewards::state::Receipt;
use assay_shared::error::ProgramErrorCode as _;
use parametric_cover::{
    client::{self, CoverAddresses},
    error::CoverError,
    state::{CoverTerms, RunLimits},
};
use std::{fs, path::PathBuf};

/// Counts the days without rain.
const DRY_DAYS: &str = include_str!("../../../examples/programs/parametric-cover/dry_days.wat");
/// Name of the program's bytecode.
const PROGRAM: &str = "parametric_cover.so";
/// Days of the season, and the dry days from which the cover pays.
const SEASON: u64 = 120;
const DROUGHT: u64 = 80;
/// Whole ASSAY that the cover pays.
const SUM: u64 = 500;
/// Time until the insurer gets its money back, seconds.
const TERM: i64 = 7 * 86_400;
/// What the run may ask of a machine: the runtime that nodes have, and limits that each of them can keep.
const LIMITS: RunLimits = RunLimits {
    runtime_id: [0; 8],
    most_fuel: 5_000_000_000,
    most_memory: 16 << 20,
    most_output: 1 << 20,
    least_run_window: 10,
};
/// Results that must agree.
const LEAST_AGREED: u8 = 2;

/// The rain of a season, one byte a day, in millimeters: three days of four are dry.
pub fn season() -> Vec<u8> {
    (0..SEASON)
        .map(|day| if day % 4 == 0 { 1 + (day % 7) as u8 } else { 0 })
        .collect()
}

/// The jobs that count the dry days of the season.
pub struct Insured {
    pub checked: Order,
    pub unchecked: Order,
    module: ContentHash,
    input: Vec<u8>,
}

/// What the cover did.
pub struct Settled {
    /// Base units of ASSAY that the insured holds more than before.
    pub paid: u64,
    /// True if the cover was open and held its sum after the weak receipt was shown.
    pub weak_refused: bool,
}

/// Returns the file of the module that counts dry days.
pub fn module(env: &Environment) -> PathBuf {
    compile_module(env.localnet.home(), "dry-days", DRY_DAYS)
}

impl Insured {
    /// Posts the run twice: once with a late seat, once without any check.
    pub fn post(env: &Environment, participants: &Participants, fee_bps: u64) -> Result<Self> {
        let file = module(env);
        let input = season();
        let inputs = [input.clone()];
        let checked = Plan::checked("insured run", (&file, &inputs), fee_bps);
        let unchecked = Plan {
            name: "unchecked run",
            verified: Verified::Checked(0),
            ..checked
        };
        Ok(Self {
            checked: Order::post(env, participants, &checked)?,
            unchecked: Order::post(env, participants, &unchecked)?,
            module: ContentHash::of(&fs::read(&file)?),
            input,
        })
    }

    /// Opens a cover, shows it the receipt of the unchecked run and then that of the checked one.
    pub fn settle(&self, env: &Environment, participants: &Participants) -> Result<Settled> {
        let client = &env.client;
        let anyone = env.keypair("requester")?;
        log_step("writing receipts of both runs; a program outside the protocol reads them");
        let weak = write_receipt(env, participants, &self.unchecked)?;
        let strong = write_receipt(env, participants, &self.checked)?;
        deploy(env)?;
        let terms = self.terms(env, participants)?;
        let at = open(env, participants, terms)?;
        let insured = pda::ata(&participants.insured.address, &at.mint);
        let before = client.token_balance(&insured)?;

        let refused = send(env, client::settle_cover(&at, weak), &anyone);
        expect_refusal(refused, CoverError::TooFewAgreed)?;
        let is_open = client.account(&at.cover)?.is_some();
        let held = client.token_balance(&at.vault())?;
        let is_unpaid = client.token_balance(&insured)? == before;
        let weak_refused = is_open && is_unpaid && held == terms.amount;
        check::holds("the cover still holds its sum", weak_refused)?;

        send(env, client::settle_cover(&at, strong), &anyone)?;
        let paid = client.token_balance(&insured)?.saturating_sub(before);
        check::equal(
            "paid to the insured, base units of ASSAY",
            paid,
            SUM * ASSAY,
        )?;
        let gone = client.account(&at.cover)?.is_none() && client.account(&at.vault())?.is_none();
        check::holds("the cover and its vault are gone", gone)?;
        Ok(Settled { paid, weak_refused })
    }

    fn terms(&self, env: &Environment, participants: &Participants) -> Result<CoverTerms> {
        Ok(CoverTerms {
            nonce: 0,
            amount: SUM * ASSAY,
            expires_at: env.client.now()?.saturating_add(TERM),
            insured: participants.insured.address,
            module: self.module.bytes(),
            input: ContentHash::of(&self.input).bytes(),
            threshold: DROUGHT,
            job_mint: env.tusd(),
            attesters: [0; 32],
            least_stake: self.checked.task.penalty(),
            most_stake: self.checked.task.penalty(),
            credential_set: Address::default(),
            limits: LIMITS,
            least_agreed: LEAST_AGREED,
            undisputed: false,
        })
    }
}

/// Puts the example program on the network.
fn deploy(env: &Environment) -> Result<()> {
    let root = &env.localnet.workspace().root;
    let bytecode = fs::read(root.join("target/examples").join(PROGRAM))?;
    env.deploy(&parametric_cover::ID, &bytecode)?;
    eprintln!("  parametric-cover is deployed at {}", parametric_cover::ID);
    Ok(())
}

/// Locks the insurer's money.
fn open(
    env: &Environment,
    participants: &Participants,
    terms: CoverTerms,
) -> Result<CoverAddresses> {
    let (insurer, mint) = (env.keypair("ivy")?, pda::rewards::mint());
    log_step(&format!(
        "ivy covers ines against {DROUGHT} dry days of {SEASON}, for {SUM} ASSAY"
    ));
    let source = pda::ata(&participants.insurer.address, &mint);
    let at = CoverAddresses::new(insurer.pubkey(), mint, &terms);
    send(env, client::open_cover(&at, source, terms), &insurer)?;
    let held = env.client.token_balance(&at.vault())?;
    check::equal("in the vault of the cover", held, terms.amount)?;
    Ok(at)
}

fn send(env: &Environment, instruction: Instruction, signer: &Keypair) -> Result<(), Error> {
    let sent = env.client.sign_send_confirm(&[instruction], &[signer]);
    sent.map(drop)
}

/// Checks that the program refused, and for this reason.
fn expect_refusal(sent: Result<(), Error>, rule: CoverError) -> Result<()> {
    let Err(error) = sent else {
        bail!("the weak receipt made the cover pay");
    };
    let broken = error.custom_code().and_then(CoverError::from_code);
    check::equal("the weak receipt is refused", broken, Some(rule))?;
    eprintln!("  because {}", rule.message());
    Ok(())
}

/// Writes the receipt of the only task of a job, with the output in it. Returns its address.
fn write_receipt(env: &Environment, participants: &Participants, order: &Order) -> Result<Address> {
    let (name, job) = (order.name, order.job.to_string());
    let arguments = ["job", "receipt", "write", &job, "0", "--keep-output"];
    let written = participants.requester.cli.try_json(&arguments)?;
    let receipt: Address = json_text(&written, "receipt")?.parse()?;
    let account = env.client.account(&receipt)?;
    let data = account.map(|account| account.data).unwrap_or_default();
    let Some((header, output)) = Receipt::read(&data) else {
        bail!("{receipt} is not a receipt");
    };
    let figure = output.and_then(<[u8]>::first_chunk);
    let figure = figure.map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let stake = header.bond.get().saturating_add(header.lie.get());
    eprintln!(
        "  {name}: {figure} dry days; results that agree: {}, each with {} ASSAY behind it",
        header.agreed,
        stake / ASSAY
    );
    Ok(receipt)
}
