//! Which jobs pay too little for this node.

use super::Node;
use crate::{error::NodeError, event::NodeEvent, posting::Posting};
use assay_client::{format::format_amount, JobView};
use assay_market::state::POLICY_CHECKED;

impl Node<'_> {
    /// Reads the decimal places of the mints that jobs are paid in, each once, and reports the jobs that could be run here and
    /// pay too little, each once. A watcher earns no price, so it asks for none.
    ///
    /// # Errors
    /// [`NodeError::Chain`].
    pub(super) fn compare_prices(&mut self, postings: &[Posting]) -> Result<(), NodeError> {
        if self.config.watch_share.is_some() {
            return Ok(());
        }
        for posting in postings {
            let (job, id) = (&posting.job, posting.id());
            let mint = job.header.mint;
            if self.prices.decimals(&mint).is_none() {
                if let Some(account) = self.sender.client.mint(&mint)? {
                    self.prices.add_mint(mint, account.decimals);
                }
            }
            let is_open = job.header.policy == POLICY_CHECKED && job.header.open_tasks.get() > 0;
            if !is_open || self.cheap.contains(&id) || self.estimate(job).is_none() {
                continue;
            }
            if let Some(reason) = self.too_cheap(job) {
                self.cheap.insert(id);
                let job = job.address;
                self.sender.emit(NodeEvent::JobSkipped { job, reason });
            }
        }
        Ok(())
    }

    /// Returns why a job pays too little; `None` if it pays enough, or its mint is not read.
    pub(super) fn too_cheap(&self, job: &JobView) -> Option<String> {
        let (price, mint) = (job.header.price.get(), job.header.mint);
        let (least, decimals) = (
            self.prices.least(&job.header)?,
            self.prices.decimals(&mint)?,
        );
        let [pays, asks] = [price, least].map(|units| format_amount(units, decimals));
        (price < least).then(|| {
            format!(
                "a seat pays {pays} of the mint {mint}, and this node asks for {asks}: see --min-price and --min-price-per-gigafuel"
            )
        })
    }
}
