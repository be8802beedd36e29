// Own line icons on a 24 grid, drawn with the text's colour. Beside a word they are hidden from readers.
const PATHS = {
  home: "M3 11.2 12 4l9 7.2M5.5 9.5V20h4.75v-5.5h3.5V20h4.75V9.5",
  record: "M4 4v16h16M7.5 15.5l4-4.5 3 2.5L20 7.5",
  advice: "M9.5 17.5h5M10 20.5h4M9.2 14.6a5 5 0 1 1 5.6 0c-.5.4-.8.9-.8 1.4h-4c0-.5-.3-1-.8-1.4ZM12 2.2v1.6M4.6 5.2l1.2 1.1M19.4 5.2l-1.2 1.1",
  care: "M4.5 4.5h15a1 1 0 0 1 1 1v10.5a1 1 0 0 1-1 1H11L6.5 21v-4h-2a1 1 0 0 1-1-1V5.500a1 1 0 0 1 1-1Z",
  meguri: "M21.0 11.7A9 9 0 1 1 14.5 3.3M13.2 8.0A4.2 4.2 0 1 0 16.2 11.9M19.1 6.5v.01",
  back: "M14.5 5.5 8 12l6.5 6.5",
  next: "M9.5 5.5 16 12l-6.5 6.5",
  check: "M4.5 12.5 10 18 19.5 6.5",
  close: "M6 6l12 12M18 6 6 18",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v5.500M12 7.400v.2",
  warn: "M12 3.5 2.5 20h19L12 3.500ZM12 10v5M12 17.300v.2",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500v5M9 14.500v5",
  key: "M14.5 9.500a4 4 0 1 1-2.3-3.6 4 4 0 0 1 2.3 3.600ZM13.7 12 20 18.300V21h-3v-2.300h-2.300v-2.300L12.6 14",
  phone: "M8 2.500h8a1 1 0 0 1 1 1v17a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1v-17a1 1 0 0 1 1-1ZM11 18.700h2",
  link: "M12 15.500V4M7.5 8.5 12 4l4.5 4.500M4.5 14.500v5h15v-5",
  pencil: "M5 19l1-4L16.5 4.500l3 3L9 18l-4 1Z",
  person: "M12 4a3.6 3.6 0 1 1 0 7.200A3.6 3.6 0 0 1 12 4ZM4.8 20c.4-3.9 3.4-6.2 7.2-6.200s6.8 2.3 7.2 6.2",
  bell: "M6 16.500V11a6 6 0 1 1 12 0v5.500l1.5 1.500h-15L6 16.500ZM10 20.500h4",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5.300l3.5 2",
  offline: "M3 3l18 18M6.5 18H17M4 14.500A4 4 0 0 1 7.2 9M10 5.600A5.5 5.5 0 0 1 17.4 10a4 4 0 0 1 2.8 5.8",
  down: "M12 4v11.500M7.5 11 12 15.500 16.500 11M4.5 14.500v5h15v-5",
  qr: "M4 4h6v6H4ZM14 4h6v6h-6ZM4 14h6v6H4ZM14 14h2.500v2.500M20 14v.2M20 18v2h-2.500M14 20v-.2",
  bin: "M4.5 6.500h15M9.5 6.500V4h5v2.500M6.5 6.5 7.5 20h9l1-13.500M10 10.500v6M14 10.500v6",
} as const;

export type IconName = keyof typeof PATHS;

/** An icon beside its word. */
export function Icon({ name, size = 24 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor"
      stroke-width="2" stroke-linecap="round" stroke-linejoin="round">
      <path d={PATHS[name]} />
    </svg>
  );
}
