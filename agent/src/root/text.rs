//! Files as text: most are short and looked at once, so that they are shown where they were read to.

use super::reader::{into_text, to_text, visit_file};
use super::{DEFAULT_CAP_BYTES, ReadError, Root};

impl Root {
    /// Shows the whole of a file whose last component is no symbolic link.
    pub fn visit<T>(&self, path: &str, cap_bytes: u64, take: impl FnOnce(&[u8]) -> T) -> Result<T, ReadError> {
        if self.trace.is_some() {
            return Ok(take(&self.read_capped(path, cap_bytes)?));
        }
        visit_file(self.open(path, false)?, path, cap_bytes, take)
    }

    /// Like [`Root::visit`], of a file that may be a symbolic link.
    pub fn visit_linked<T>(&self, path: &str, take: impl FnOnce(&[u8]) -> T) -> Result<T, ReadError> {
        if self.trace.is_some() {
            return Ok(take(&self.read_linked(path)?));
        }
        visit_file(self.open(path, true)?, path, DEFAULT_CAP_BYTES, take)
    }

    /// [`Root::read`] as text; bytes that are no UTF-8 are replaced.
    pub fn text(&self, path: &str) -> Result<String, ReadError> {
        self.read(path).map(into_text)
    }

    /// [`Root::read_linked`] as text; bytes that are no UTF-8 are replaced.
    pub fn text_linked(&self, path: &str) -> Result<String, ReadError> {
        self.read_linked(path).map(into_text)
    }

    /// One value of the kernel, such as a file below `/sys`: trimmed; `None` when empty, absent or refused. The kernel
    /// answers `EINVAL` and the like where it does not know, so that a failure here is "unknown".
    pub fn value(&self, path: &str) -> Option<String> {
        let trimmed = |bytes: &[u8]| {
            let text = to_text(bytes);
            let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
            (!text.is_empty()).then(|| text.to_owned())
        };
        self.visit(path, DEFAULT_CAP_BYTES, trimmed).ok()?
    }

    /// [`Root::value`] as a number.
    pub fn number<T: std::str::FromStr>(&self, path: &str) -> Option<T> {
        self.value(path)?.parse().ok()
    }
}
