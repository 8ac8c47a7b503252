import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Provider } from 'urql';
import { client } from './api/client.js';
import { watchConnection } from './api/connection.js';
import { App } from './app.js';
import './styles.css';

watchConnection();
createRoot(document.getElementById('app')!).render(
  <StrictMode>
    <Provider value={client}>
      <App />
    </Provider>
  </StrictMode>,
);
