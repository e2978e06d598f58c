"""Papers from data blocks: PDF, DOCX, CSV, XLSX; plates and QR codes as SVG and PDF in true size."""
