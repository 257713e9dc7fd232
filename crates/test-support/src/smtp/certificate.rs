//! The certificates of one server: an authority of its own, and a leaf for loopback.

use std::{fs, path::Path, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer},
};

const LEAF: &str = "leaf.der";
const KEY: &str = "leaf-key.der";
/// What a client has to trust.
pub(super) const AUTHORITY: &str = "authority.pem";

/// Makes the certificates and puts them into `folder`.
pub(super) fn issue(folder: &Path) {
    let mut authority = CertificateParams::new(Vec::new()).expect("no names are good names");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority
        .distinguished_name
        .push(DnType::CommonName, "Test authority");
    let authority_key = KeyPair::generate().expect("a key can be made");
    let root = authority
        .self_signed(&authority_key)
        .expect("an authority signs itself");
    let issuer = Issuer::new(authority, authority_key);
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let leaf_key = KeyPair::generate().expect("a key can be made");
    let leaf = CertificateParams::new(names)
        .and_then(|leaf| leaf.signed_by(&leaf_key, &issuer))
        .expect("an authority signs its leaf");
    for (name, bytes) in [
        (AUTHORITY, root.pem().into_bytes()),
        (LEAF, leaf.der().to_vec()),
        (KEY, leaf_key.serialize_der()),
    ] {
        fs::write(folder.join(name), bytes).expect("a certificate can be written");
    }
}

/// What a server with these certificates needs.
pub(super) fn server_config(folder: &Path) -> Arc<ServerConfig> {
    let read = |name: &str| fs::read(folder.join(name)).expect("a certificate can be read");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider knows the usual versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(read(LEAF))],
            PrivatePkcs8KeyDer::from(read(KEY)).into(),
        )
        .expect("key and certificate belong together");
    Arc::new(config)
}
