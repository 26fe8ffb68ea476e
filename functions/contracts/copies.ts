/** The bucket with the copies of the audit trail: writer, reader and permissions must mean the same keys. */

/** First part of each copy's key; the entry's number follows. */
export const AUDIT_COPIES = 'audit/';
