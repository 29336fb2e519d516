// Dark or light: as the system has it, until somebody chooses.
import { effect, signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';

const storedAs = 'millrace.theme';
const themes: readonly Theme[] = ['system', 'light', 'dark'];

export const theme = signal<Theme>(stored());

export function nextTheme(): void {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? 'system';
  localStorage.setItem(storedAs, theme.value);
}

function stored(): Theme {
  return themes.find((name) => name === localStorage.getItem(storedAs)) ?? 'system';
}

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
});
