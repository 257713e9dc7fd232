//! The contract of the store, on both databases.

use innkeeper_storage::*;
use innkeeper_test_support::{Backend, TestDatabase, on_each_backend};

on_each_backend!(smoke);
fn smoke(backend: Backend) {
    let db = TestDatabase::from_template(backend, "schema", |url| {
        let store = SqlStore::open(&StoreConfig::new(url, MasterKey::from_bytes([7; 32])).unwrap()).unwrap();
        println!("{:?}", store.schema_state().unwrap());
        println!("{:?}", store.migrations_status().unwrap());
        println!("{:?}", store.migrate().unwrap());
        println!("{:?}", store.migrate().unwrap());
        println!("{:?}", store.schema_state().unwrap());
        println!("{:?}", store.migrations_status().unwrap());
    });
    let store = SqlStore::open(&StoreConfig::new(db.url(), MasterKey::from_bytes([7; 32])).unwrap()).unwrap();
    store.ping().unwrap();
    use innkeeper_domain::ports::*;
    println!("{:?}", store.tenants(PageRequest::first(5)).unwrap());
}
