export * from './parameters.js';
export * from './tissue.js';
export * from './contacts.js';
export * from './phantom.js';
export * from './sections.js';
export * from './write-phantom.js';
