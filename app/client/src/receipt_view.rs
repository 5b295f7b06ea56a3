//! Receipts of results.

use anchor_lang::Address;
use assay_rewards::state::{Receipt, ReceiptAccount};

/// A receipt's account: its header and the output, if it keeps that.
#[derive(Clone)]
pub struct ReceiptView {
    /// The receipt's account.
    pub address: Address,
    /// What was verified, and what stood behind it.
    pub header: Receipt,
    /// The output; `None` if the receipt does not keep it.
    pub output: Option<Vec<u8>>,
}

impl ReceiptView {
    /// What messages call such an account.
    pub const NAME: &'static str = "receipt";

    /// Reads the data of a receipt's account. Returns `None` for an account of any other type.
    pub fn read(address: Address, data: &[u8]) -> Option<Self> {
        let (header, output) = Receipt::read(data)?;
        Some(Self {
            address,
            header: *header,
            output: output.map(<[u8]>::to_vec),
        })
    }

    /// Returns the size in bytes of the account of a receipt that keeps so many bytes of output.
    pub fn space(output: u32) -> usize {
        ReceiptAccount::space_for(output)
    }
}
