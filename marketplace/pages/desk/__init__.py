"""The federation's desk where it needs the marketplace: payments at gateways. Layout and menu are those of federation.pages.desk."""
