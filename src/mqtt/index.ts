export { Broker, type BrokerParts, type BrokerStart } from "./broker.js";
export { type BrokerLimits, type BrokerLink, EmbeddedBroker } from "./embedded-broker.js";
export { HomeAssistant, type HomeAssistantParts } from "./home-assistant.js";
export { discoveredDevice, discoveryTopic, type HomeAssistantSite } from "./home-assistant-device.js";
export { DeviceLights } from "./lights.js";
export { ListenError, type ListenFault } from "./listening.js";
export { type AccessFile, mosquittoAccess } from "./mosquitto.js";
export { type BusGuest, type BusOptions, MqttBus } from "./mqtt-bus.js";
export { type Probe, probeBroker } from "./probe.js";
