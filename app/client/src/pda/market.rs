//! Accounts of the market program.

use anchor_lang::Address;
use assay_market::{
    accounts::{AllowMint, Initialize, OpenWorker},
    bytes::{self, ESCROW_SEED},
    state::EpochWork,
    ID,
};

/// The program's parameters.
pub fn params() -> Address {
    Initialize::find_params_address().0
}

/// Signs for the market at the staking program.
pub fn authority() -> Address {
    Initialize::find_market_authority_address().0
}

/// What the market knows of a mint that jobs may be paid in.
pub fn payment_mint(mint: &Address) -> Address {
    AllowMint::find_payment_mint_address(mint).0
}

/// The market's side of a provider.
pub fn worker(provider: &Address) -> Address {
    OpenWorker::find_worker_address(provider).0
}

/// The job of `requester` with this nonce.
pub fn job(requester: &Address, nonce: u64) -> Address {
    bytes::job_address(requester, nonce)
}

/// The token account with the money of the job of `requester` with this nonce, under the mint's token program.
pub fn escrow(requester: &Address, nonce: u64, token_program: &Address) -> Address {
    with_seed(requester, &bytes::escrow_seed(nonce), token_program)
}

/// Who holds a job's escrow, and its bump.
pub fn escrow_authority(job: &Address) -> (Address, u8) {
    anchor_lang::find_program_address(&[ESCROW_SEED, job.as_ref()], &ID)
}

/// The sum of one shard's work in one epoch.
pub fn epoch_work(epoch: u64, shard: u8) -> Address {
    EpochWork::address(epoch, shard)
}

fn with_seed(base: &Address, seed: &[u8; bytes::SEED_LEN], owner: &Address) -> Address {
    let seed = std::str::from_utf8(seed).expect("seeds are hexadecimal");
    Address::create_with_seed(base, seed, owner).expect("the seed is shorter than 32 bytes")
}
