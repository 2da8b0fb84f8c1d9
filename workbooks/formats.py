"""Number formats of the cells."""

MONEY, MONEY_CENTS, COUNT, DAYS, SHARE = "$#,##0;-$#,##0;$0", "$#,##0.00", "#,##0", "#,##0.0", "0.0%"
PLAIN, SCIENTIFIC, FACTOR, WHOLE, TEXT = "#,##0.00", "0.00E+00", '0.0"x"', "0", "General"
MILLIONS = '$#,##0.0,,"M"'
AMOUNT = "[>=1000000]0.00E+00;[<0]-#,##0.0##;#,##0.0##"  # of any unit; LibreOffice leaves the sign out where conditions say nothing of it
DENSE = "#,##0;-#,##0;-"  # of money where many numbers stand together
DATE = "mmm yy"
