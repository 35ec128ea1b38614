export { AuditLog, type AuditLogOptions } from "./audit-log.js";
export { readAudit } from "./audit-table.js";
export { EmbeddedStore } from "./embedded-store.js";
export { knownSecrets, loadSecrets, type Secrets } from "./secrets.js";
