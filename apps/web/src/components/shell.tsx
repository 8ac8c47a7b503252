import { type ReactNode, useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useConnection } from '../api/connection.js';
import { strings } from '../strings.js';

const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

function ThemeChoice() {
  const [theme, setTheme] = useState((document.documentElement.dataset.theme ?? 'system') as Theme);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem('theme', theme);
  }, [theme]);
  return (
    <label className="theme">
      {strings.theme.label}
      <select value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
        {themes.map((name) => (
          <option key={name} value={name}>
            {strings.theme[name]}
          </option>
        ))}
      </select>
    </label>
  );
}

const pages = ['circuits', 'quality', 'diagnosis', 'revisions', 'provenance', 'cypher', 'viewer'] as const;

function Navigation({ path }: { path: string }) {
  const [, dataset, page] = /^\/d\/([^/]+)\/(\w+)/.exec(path) ?? [];
  return (
    <nav aria-label={strings.app}>
      <Link href="/" aria-current={path === '/' ? 'page' : undefined}>
        {strings.pages.start}
      </Link>
      {dataset && <span className="dataset">{decodeURIComponent(dataset)}</span>}
      {dataset &&
        pages.map((name) => (
          <Link key={name} href={`/d/${dataset}/${name}`} aria-current={page === name ? 'page' : undefined}>
            {strings.pages[name]}
          </Link>
        ))}
    </nav>
  );
}

/** The frame of every page. */
export function Shell({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  const { lost } = useConnection();
  return (
    <>
      <a className="skip" href="#content">
        {strings.skip}
      </a>
      <header>
        <span className="brand">{strings.app}</span>
        <Navigation path={path} />
        <ThemeChoice />
      </header>
      <div role="status" className="connection">
        {lost && <p className="notice error">{strings.lost}</p>}
      </div>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
