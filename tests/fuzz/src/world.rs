//! A cluster under search: the programs, a mirror of their accounts, and what is known of the past.

use crate::{
    cast, entries,
    invariants::{self, Facts, Ledger, Violation},
    raw::{self, Change, Mirror},
    refusal::Refusal,
    step::{Step, Unsent},
};
use assay_client::{Address, JobView, RoundView};
use assay_harness::TestContext;
use assay_market::state::{Job, Source, Worker};
use solana_account::{AccountSharedData, ReadableAccount, WritableAccount as _};
use solana_transaction::Message;
use std::{collections::BTreeSet, fmt, sync::OnceLock};

/// How often, in accepted transactions, the invariants are checked that read every account.
const WHOLE_EVERY: u64 = 40;

/// Longest wait of a step, seconds: seventy years.
const LONGEST: u64 = 70 * 365 * 86_400;

/// A cluster and what was seen of it.
#[derive(Clone)]
pub struct World {
    /// The cluster.
    pub context: TestContext,
    /// The accounts of the programs and of the token programs.
    pub mirror: Mirror,
    /// What transactions of the past have done.
    pub ledger: Ledger,
    /// Unix time of the cluster.
    pub now: i64,
    accepted: u64,
}

/// An instruction that a transaction executed, at the top or by a call of another program.
#[derive(Clone, Debug)]
pub struct Call {
    /// `program.instruction`.
    pub name: &'static str,
    /// The accounts that it named.
    pub accounts: Vec<Address>,
    /// Its arguments, behind the discriminator.
    pub data: Vec<u8>,
}

/// What became of a step.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was only time, or its numbers name nothing that can be built.
    Nothing,
    /// It was accepted.
    Accepted(Vec<Call>),
    /// It was refused and changed nothing.
    Refused(Refusal),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => write!(f, "-"),
            Self::Accepted(calls) => {
                let names: Vec<&str> = calls.iter().map(|call| call.name).collect();
                write!(f, "accepted {}", names.join(" "))
            }
            Self::Refused(refusal) => write!(f, "refused {refusal}"),
        }
    }
}

impl World {
    /// Returns a cluster with the programs deployed and everybody funded, in which nothing is initialized.
    ///
    /// # Panics
    /// If the programs are not built.
    pub fn new() -> Self {
        static TEMPLATE: OnceLock<World> = OnceLock::new();
        TEMPLATE.get_or_init(Self::prepare).clone()
    }

    fn prepare() -> Self {
        let mut context = TestContext::new();
        cast::fund(&mut context);
        entries::write_buffers(&mut context);
        context.trust_signatures();
        let mut world = Self {
            now: context.now(),
            context,
            mirror: Mirror::default(),
            ledger: Ledger::default(),
            accepted: 0,
        };
        entries::create_payment_mints(&mut world);
        world
    }

    /// Lets the step happen and checks every invariant that it can break.
    ///
    /// # Errors
    /// The first invariant that does not hold.
    pub fn take(&mut self, step: &Step) -> Result<Outcome, Violation> {
        if step.wait > 0 {
            self.context.advance(step.wait.min(LONGEST));
            self.now = self.context.now();
        }
        if step.is_pause() {
            return Ok(Outcome::Nothing);
        }
        let Some(mut unsent) = entries::build(self, &step.call, &step.with) else {
            return Ok(Outcome::Nothing);
        };
        for twist in &step.twists {
            let mut forge = |of: &Address| self.forge(of);
            twist.apply(&mut unsent.instructions, &mut forge);
        }
        let is_free = entries::is_outside(&step.call);
        self.send(&unsent, is_free)
    }

    /// Copies an account to one of an attacker's program, and returns the address of the copy.
    fn forge(&mut self, of: &Address) -> Option<Address> {
        let mut copy = self.context.raw_account(of)?;
        if copy.executable() {
            return None;
        }
        copy.set_owner(cast::attacker());
        let place = cast::fake(u64::from(of.as_ref()[0]));
        self.context.put_account(&place, copy);
        Some(place)
    }

    /// Sends a transaction and checks the invariants. `is_outside`: it is the token program's or the test's own work.
    ///
    /// # Errors
    /// The first invariant that does not hold.
    pub fn send(&mut self, unsent: &Unsent, is_outside: bool) -> Result<Outcome, Violation> {
        let message = Message::new(&unsent.instructions, Some(&unsent.payer));
        let metas = unsent
            .instructions
            .iter()
            .flat_map(|instruction| &instruction.accounts);
        let writable = metas
            .filter(|meta| meta.is_writable)
            .map(|meta| meta.pubkey);
        let written: BTreeSet<Address> = writable.chain([unsent.payer]).collect();
        let signers: BTreeSet<Address> = (0..message.account_keys.len())
            .filter(|place| message.is_signer(*place))
            .map(|place| message.account_keys[place])
            .collect();
        let read = |world: &Self| -> Vec<Option<AccountSharedData>> {
            let accounts = written.iter();
            accounts.map(|at| world.context.raw_account(at)).collect()
        };
        let before = read(self);
        let keys = message.account_keys.clone();
        let sent = match self.context.send_unsigned(message) {
            Ok(sent) => sent,
            Err(failed) => return Ok(Outcome::Refused(Refusal::of(&failed.err))),
        };
        let after = read(self);
        let mut change = Change::default();
        for ((address, before), after) in written.iter().zip(before).zip(after) {
            self.mirror.put(*address, after.clone());
            change.written.push((*address, before, after));
        }
        let mut calls = Vec::new();
        for (place, instruction) in unsent.instructions.iter().enumerate() {
            let accounts = instruction.accounts.iter().map(|meta| meta.pubkey);
            let program = &instruction.program_id;
            calls.extend(call(program, accounts.collect(), &instruction.data));
            for inner in sent.inner_instructions.get(place).into_iter().flatten() {
                let inner = &inner.instruction;
                let key = |index: &u8| keys[usize::from(*index)];
                let accounts = inner.accounts.iter().map(key).collect();
                calls.extend(call(&key(&inner.program_id_index), accounts, &inner.data));
            }
        }
        self.accepted += 1;
        let facts = Facts {
            mirror: &self.mirror,
            change: &change,
            context: &self.context,
            calls: &calls,
            instructions: &unsent.instructions,
            signers: &signers,
            now: self.now,
            fee: sent.fee,
            is_outside,
            seats: Facts::seats_of(&change),
        };
        invariants::check_step(&facts, &mut self.ledger)?;
        if self.accepted.is_multiple_of(WHOLE_EVERY) {
            self.check_whole()?;
        }
        Ok(Outcome::Accepted(calls))
    }

    /// Checks the invariants that read every account.
    ///
    /// # Errors
    /// The first that does not hold.
    pub fn check_whole(&self) -> Result<(), Violation> {
        invariants::check_whole(&self.mirror, &self.ledger, self.now)
    }

    /// Returns whether there is an account at `address`.
    pub fn exists(&self, address: &Address) -> bool {
        self.context.exists(address)
    }

    /// Returns the data of an account of the programs.
    fn data(&self, address: &Address) -> Option<&[u8]> {
        self.mirror.get(address).map(ReadableAccount::data)
    }

    /// Returns the job in a place.
    pub fn job(&self, slot: u64) -> Option<JobView> {
        let address = cast::job_address(slot);
        JobView::read(address, self.data(&address)?)
    }

    /// Returns the header of the job in a place.
    pub fn header(&self, slot: u64) -> Option<Job> {
        Job::read(self.data(&cast::job_address(slot))?).map(|(header, _)| *header)
    }

    /// Returns a check or a round of a task.
    pub fn round(&self, slot: u64, task: u32, source: Source) -> Option<RoundView> {
        let address = assay_client::pda::market::round(&cast::job_address(slot), task, source);
        RoundView::read(address, self.data(&address)?)
    }

    /// Returns the worker of an owner.
    pub fn worker(&self, owner: u64) -> Option<Worker> {
        self.decoded(&cast::worker(owner))
    }

    /// Returns an account of the programs, decoded.
    pub fn decoded<T: anchor_lang::AccountDeserialize>(&self, address: &Address) -> Option<T> {
        let mut data = self.data(address)?;
        T::try_deserialize(&mut data).ok()
    }

    /// Returns the balance of a token account, base units; 0 if there is none.
    pub fn balance(&self, account: &Address) -> u64 {
        self.mirror.holding(account).map_or(0, |held| held.amount)
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

fn call(program: &Address, accounts: Vec<Address>, data: &[u8]) -> Option<Call> {
    Some(Call {
        name: raw::instruction_name(program, data)?,
        accounts,
        data: data[8..].to_vec(),
    })
}
