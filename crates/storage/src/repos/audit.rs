//! The record of who did what.

use diesel::RunQueryDsl;
use innkeeper_domain::{
    effects::AuditRecord,
    ports::{AuditLog, StoreError},
};

use super::ROWS_PER_INSERT;
use crate::{inserts::insert_rows, rows::AuditRecordRow, schema::audit_records, session::SqlSession};

impl AuditLog for SqlSession<'_> {
    fn add(&mut self, records: &[AuditRecord]) -> Result<(), StoreError> {
        for some in records.chunks(ROWS_PER_INSERT) {
            insert_rows!(
                &mut *self,
                audit_records::table,
                some.iter().map(AuditRecordRow::of)
            )?;
        }
        Ok(())
    }
}
