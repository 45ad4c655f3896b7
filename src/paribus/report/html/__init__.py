"""Pages that open without a network: styles, scripts and templates."""
