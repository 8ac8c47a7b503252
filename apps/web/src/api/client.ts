import { Client, fetchExchange, mapExchange, subscriptionExchange } from 'urql';
import { createClient } from 'graphql-ws';
import { reportAnswer } from './connection.js';

/** Reconnects for as long as the page is open, once a second. */
const webSocket = createClient({
  url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
  retryAttempts: Number.POSITIVE_INFINITY,
  retryWait: () => new Promise((done) => setTimeout(done, 1000)),
  shouldRetry: () => true,
});

/** Talks to the API that served this page: queries over HTTP, subscriptions over WebSocket. */
export const client = new Client({
  url: '/graphql',
  preferGetMethod: false,
  exchanges: [
    mapExchange({
      onResult: ({ error, operation }) => {
        if (operation.kind !== 'subscription') reportAnswer(!error?.networkError);
      },
    }),
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query = '', variables }) => ({
        subscribe: (sink) => ({ unsubscribe: webSocket.subscribe({ query, variables }, sink) }),
      }),
    }),
  ],
});
