export * from './choice.js';
export * from './gaps.js';
export * from './model-card.js';
export * from './prediction.js';
export * from './session.js';
export * from './windows.js';
