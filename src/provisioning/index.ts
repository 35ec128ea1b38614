export { readMakes } from "./data.js";
export { provisioningProbe } from "./probe.js";
export { Provisioner, type ProvisionerParts } from "./provisioner.js";
export { recipe } from "./recipes.js";
export { type FileGiven, type FileServerParts, PhoneFileServer } from "./serving/file-server.js";
export { FirstContact } from "./serving/first-contact.js";
export { servedAt } from "./serving/served.js";
export { type Entries, entriesOf, type InDatabase, withDatabase } from "./with-database.js";
