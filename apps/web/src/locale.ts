/*
 * The chart library reads the browser's language as it is loaded and fails where that is no valid tag, as `en-US@posix`
 * of a Chromium under LANG=C. Imported before it, this gives it one that is valid.
 */
const isValid = (tag: string): boolean => {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
};

if (!isValid(navigator.language)) {
  const { language } = navigator;
  const plain = language.split(/[@.]/, 1)[0].replaceAll('_', '-');
  Object.defineProperty(navigator, 'language', {
    configurable: true,
    value: isValid(plain) ? plain : 'en',
  });
}
