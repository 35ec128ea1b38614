export { EmbeddedStore } from "./embedded-store.js";
export { loadSecrets, type Secrets } from "./secrets.js";
