//! HMAC-SHA-256, over parts of fixed lengths.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// What SHA-256 works on at a time. A key that is shorter counts as filled up with zeros.
const BLOCK_BYTES: usize = 64;

/// The code of the parts, one after the other, under a key.
pub(super) fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut block = Zeroizing::new([0; BLOCK_BYTES]);
    for (byte, key) in block.iter_mut().zip(key) {
        *byte = *key;
    }
    let mut code = Hmac::<Sha256>::new((&*block).into());
    for part in parts {
        code.update(part);
    }
    code.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: [u8; 32]) -> String {
        bytes
            .iter()
            .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
    }

    /// The numbers of RFC 4231, test cases 1 and 2.
    #[test]
    fn it_is_the_hmac_of_the_standard_however_the_text_is_cut() {
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        assert_eq!(
            hex(hmac(&key, &[b"Hi ", b"There"])),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        assert_eq!(
            hex(hmac(&key, &[b"what do ya want for nothing?"])),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
