// The command line has no exports; importing it runs it.
export {};
