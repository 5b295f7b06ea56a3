//! The results of a check.

/// Largest return data of a program, bytes.
pub const MAX_OUTPUT: usize = 1024;

/// Bytes, in the order in which they were added.
pub struct Output {
    bytes: [u8; MAX_OUTPUT],
    used: usize,
}

impl Output {
    /// Returns an empty output.
    pub fn new() -> Self {
        Self {
            bytes: [0; MAX_OUTPUT],
            used: 0,
        }
    }

    /// Adds bytes.
    ///
    /// # Panics
    /// If the output would exceed [`MAX_OUTPUT`].
    pub fn put(&mut self, bytes: &[u8]) {
        let end = self.used + bytes.len();
        self.bytes[self.used..end].copy_from_slice(bytes);
        self.used = end;
    }

    /// Adds a 64-bit number.
    pub fn put_u64(&mut self, value: u64) {
        self.put(&value.to_le_bytes());
    }

    /// Adds a 128-bit number.
    pub fn put_u128(&mut self, value: u128) {
        self.put(&value.to_le_bytes());
    }

    /// Adds whether there is a value, and the value.
    pub fn put_checked(&mut self, value: Option<u128>) {
        self.put(&[u8::from(value.is_some())]);
        self.put_u128(value.unwrap_or_default());
    }

    /// Returns the bytes added so far.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.used]
    }
}

impl Default for Output {
    fn default() -> Self {
        Self::new()
    }
}
