//! The record of who did what.

use diesel::RunQueryDsl;
use innkeeper_domain::{
    effects::AuditRecord,
    ports::{AuditLog, StoreError},
};

use super::ROWS_PER_INSERT;
use crate::{rows::AuditRecordRow, schema::audit_records, session::SqlSession};

impl AuditLog for SqlSession<'_> {
    fn add(&mut self, records: &[AuditRecord]) -> Result<(), StoreError> {
        for some in records.chunks(ROWS_PER_INSERT) {
            self.call(|link| {
                let rows: Result<Vec<_>, _> = some.iter().map(AuditRecordRow::of).collect();
                let rows = rows.map_err(StoreError::failed)?;
                let inserted = link.execute_either(
                    |sqlite| {
                        diesel::insert_into(audit_records::table)
                            .values(&rows)
                            .execute(sqlite)
                    },
                    |postgres| {
                        diesel::insert_into(audit_records::table)
                            .values(&rows)
                            .execute(postgres)
                    },
                );
                Ok(inserted.map(drop)?)
            })?;
        }
        Ok(())
    }
}
