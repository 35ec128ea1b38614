export { AuditLog, type AuditLogOptions } from "./audit-log.js";
export { readAudit } from "./audit-read.js";
export { AuditReading } from "./audit-reading.js";
export { verifyAudit } from "./audit-verify.js";
export { EmbeddedStore } from "./embedded-store.js";
export { readEntries } from "./entries.js";
export { type AuditKeys, knownSecrets, loadSecrets, publicKeyText, type Secrets } from "./secrets.js";
