"""The bank at the desk: where each party's money is sent, and the bank's statements with the lines that wait for a person."""
