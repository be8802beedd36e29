/// <reference types="vite/client" />

declare module "virtual:words" {
  export const urls: Record<string, { first: string; rest: string }>;
}

declare module "plotly.js-basic-dist-min" {
  export function react(
    target: HTMLElement,
    data: unknown[],
    layout: Record<string, unknown>,
    config?: Record<string, unknown>,
  ): Promise<unknown>;
  export function purge(target: HTMLElement): void;
}

interface Window {
  meguriBoot?: {
    locale: string;
    first: Promise<Record<string, string>>;
    rest?: Promise<Record<string, string>>;
  };
}
