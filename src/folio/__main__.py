from folio.cli.start import main

main()
