//! Where a worker gives out content.

use assay_market::state::Worker;

/// Returns the URL of the blob store from which others can fetch a worker's results and the inputs of its tasks; `None` if
/// it names none. The owner wrote it, so it can be anything.
pub fn read_url(worker: &Worker) -> Option<String> {
    let url = worker.read_url.split(|byte| *byte == 0).next()?;
    let url = core::str::from_utf8(url).ok()?;
    (!url.is_empty()).then(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use anchor_lang::bytemuck::Zeroable as _;

    #[test]
    fn a_read_url_ends_at_its_first_zero() {
        let mut worker = Worker::zeroed();
        assert_eq!(read_url(&worker), None);
        worker.read_url[..8].copy_from_slice(b"http://a");
        assert_eq!(read_url(&worker).as_deref(), Some("http://a"));
        worker.read_url = [b'a'; 96];
        assert_eq!(read_url(&worker).map(|url| url.len()), Some(96));
        worker.read_url = [0xff; 96];
        assert_eq!(read_url(&worker), None);
    }
}
