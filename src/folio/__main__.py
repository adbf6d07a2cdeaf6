from folio.cli.app import main

main()
